import {
  defineMiddleware,
  formatPartition,
  type HandlingCall,
  InvalidConfigError,
  type LogFields,
  type Middleware,
  OptionCheck,
  PartitaError,
  type ProduceCall,
} from '../core/index.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

export interface LoggingOptions {
  /** Level of what goes well. @default 'info' */
  readonly level?: Level;
  /** Level of what fails. @default 'warn' */
  readonly failureLevel?: Level;
  /** Write a line for calls of handlers? @default true */
  readonly handling?: boolean;
  /** Write a line for writes? @default true */
  readonly writes?: boolean;
}

/**
 * A line for each call of a handler and each write: where, how many, how long, how it ended. No keys, values, headers or
 * error messages, which may quote values: of errors the code, or the name.
 *
 * @throws InvalidConfigError with all problems of the options at once.
 */
export function logging(options: LoggingOptions = {}): Middleware {
  const { level, failureLevel, handling, writes } = resolve(options);
  return defineMiddleware({
    name: 'logging',
    deadLetters: true,
    async handle(call, next) {
      if (!handling) {
        await next();
        return;
      }
      const { clock, log } = call.env;
      const startMs = clock.now();
      const about = () => ({ ...fieldsOf(call), tookMs: clock.now() - startMs });
      try {
        const { skipped, failures } = await next();
        if (skipped !== undefined) log[level]('skipped', { ...about(), ...skipped });
        else if (failures.size > 0)
          log[failureLevel]('failed in part', { ...about(), failed: failures.size });
        else log[level]('handled', about());
      } catch (error) {
        if (call.resting.aborted && error === call.resting.reason)
          log.debug('left for later', about());
        else log[failureLevel]('failed', { ...about(), error: nameOf(error) });
        throw error;
      }
    },
    async produce(call, next) {
      if (!writes) return next();
      const { clock, log } = call.env;
      const startMs = clock.now();
      const about = () => ({ ...writeFields(call), tookMs: clock.now() - startMs });
      try {
        const written = await next();
        log[level]('written', about());
        return written;
      } catch (error) {
        log[failureLevel]('not written', { ...about(), error: nameOf(error) });
        throw error;
      }
    },
  });
}

function resolve(options: LoggingOptions): Required<LoggingOptions> {
  const check = new OptionCheck();
  const given: Partial<LoggingOptions> = check.object('options', options);
  check.known('', given, ['level', 'failureLevel', 'handling', 'writes']);
  const levels = ['debug', 'info', 'warn', 'error'];
  check.oneOf('level', given.level, levels);
  check.oneOf('failureLevel', given.failureLevel, levels);
  if (check.problems.length > 0) throw new InvalidConfigError('logging options', check.problems);
  return { level: 'info', failureLevel: 'warn', handling: true, writes: true, ...given };
}

function fieldsOf(call: HandlingCall): LogFields {
  const first = call.records[0]?.offset;
  const last = call.records.at(-1)?.offset;
  return {
    consumer: call.consumer,
    partition: formatPartition(call),
    ...(call.kind === 'record' ? { offset: first } : { first, last, records: call.records.length }),
    attempt: call.attempt,
  };
}

function writeFields({ topic, records, origin, consumer }: ProduceCall): LogFields {
  return { topic, records: records.length, origin, ...(consumer !== undefined && { consumer }) };
}

function nameOf(error: unknown): string {
  if (PartitaError.is(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
