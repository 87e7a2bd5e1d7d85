import type {
  BatchContext,
  Cancel,
  Clock,
  ConsumerRecord,
  HandlingCall,
  Middleware,
  RecordContext,
  ResolvedConsumerOptions,
} from '../../core/index.ts';

/** One call of a handler. */
export interface HandledCall {
  readonly consumer: string;
  /** What a record handler was called with. */
  readonly value?: unknown;
  /** What a batch handler was called with. */
  readonly values?: readonly unknown[];
  readonly records: readonly ConsumerRecord[];
  readonly context: RecordContext | BatchContext;
  readonly attempt: number;
  /** A call that a crash has cut short stays `running`. */
  readonly state: 'running' | 'done' | 'failed';
  /** What it threw. */
  readonly error?: unknown;
}

/** What all processes of an application write down. */
export interface Journal {
  readonly calls: HandledCall[];
  /** By name. */
  readonly consumers: Map<string, ResolvedConsumerOptions>;
}

/**
 * Watches the code of the user in one process: writes down each call of a handler, and knows whether something runs that
 * real time, not virtual time, has to bring to an end.
 */
export class Work {
  readonly #journal: Journal;
  /** Handlers, decoders, middleware and partition hooks under way, by what they are. */
  readonly #running = new Map<string, number>();
  readonly #staticSuffix: string;
  /** Grows with each that begins. */
  #begun = 0;
  #killed = false;

  /** @param staticSuffix makes the names of static members different from those of other processes */
  constructor(journal: Journal, staticSuffix = '') {
    this.#journal = journal;
    this.#staticSuffix = staticSuffix;
  }

  /** The process was killed: what its handlers still do, as code cannot be killed, is not written down. */
  kill(): void {
    this.#killed = true;
  }

  /** What of the user's code runs and does not wait for the clock. */
  get running(): string[] {
    return [...this.#running].filter(([, count]) => count > 0).map(([what]) => what);
  }

  /** How much of it has begun so far. */
  get begun(): number {
    return this.#begun;
  }

  /** The same consumer, watched. */
  readonly decorate = (options: ResolvedConsumerOptions): ResolvedConsumerOptions => {
    this.#journal.consumers.set(options.name, options);
    const { name, decoder, handle, handleBatch, open, close, handlerMiddleware } = options;
    const during =
      <Args extends unknown[]>(what: string, run: (...args: Args) => unknown) =>
      (...args: Args) =>
        this.#during(`${what} of ${name}`, () => run(...args));
    return {
      ...options,
      group: this.#ownName(options.group),
      handlerMiddleware: handlerMiddleware.map((one) => this.#watch(one, name)),
      decoder: decoder && during('the decoder', decoder),
      open: open && during('open()', open),
      close: close && during('close()', close),
      handle:
        handle &&
        during('handle()', (value, context) => this.#record(name, handle, value, context)),
      handleBatch:
        handleBatch &&
        during('handleBatch()', (values, context) =>
          this.#batch(name, handleBatch, values, context),
        ),
    };
  };

  /** Two processes with the name of one static member would take its place from each other. */
  #ownName(group: ResolvedConsumerOptions['group']): ResolvedConsumerOptions['group'] {
    const { instanceId } = group;
    if (instanceId === undefined || this.#staticSuffix === '') return group;
    return { ...group, instanceId: `${instanceId}${this.#staticSuffix}` };
  }

  #record(
    consumer: string,
    handle: NonNullable<ResolvedConsumerOptions['handle']>,
    value: unknown,
    context: RecordContext,
  ): unknown {
    const { record, attempt } = context;
    const call = { consumer, value, records: [record], context, attempt };
    return this.#note(call, () => handle(value, context));
  }

  #batch(
    consumer: string,
    handle: NonNullable<ResolvedConsumerOptions['handleBatch']>,
    values: readonly unknown[],
    context: BatchContext,
  ): unknown {
    const { records, attempt } = context;
    const call = { consumer, values: [...values], records: [...records], context, attempt };
    return this.#note(call, () => handle(values, context));
  }

  #note(call: Omit<HandledCall, 'state'>, run: () => unknown): unknown {
    const { calls } = this.#journal;
    const index = calls.length;
    calls.push({ ...call, state: 'running' });
    const end = (how: Pick<HandledCall, 'state' | 'error'>) => {
      if (!this.#killed) calls[index] = { ...call, ...how };
    };
    const failed = (error: unknown): never => {
      end({ state: 'failed', error });
      throw error;
    };
    const done = () => end({ state: 'done' });
    return settled(run, done, failed);
  }

  #during(what: string, run: () => unknown): unknown {
    this.#count(what, 1);
    const end = () => this.#count(what, -1);
    return settled(run, end, (error) => {
      end();
      throw error;
    });
  }

  #count(what: string, by: number): void {
    if (by > 0) this.#begun++;
    this.#running.set(what, (this.#running.get(what) ?? 0) + by);
  }

  /** A middleware works between its calls of the clock and before and after `next`; behind `next` others do. */
  #watch(middleware: Middleware, consumer: string): Middleware {
    const what = `middleware ${middleware.name} of ${consumer}`;
    return {
      name: middleware.name,
      wants: (record) => middleware.wants?.(record) ?? true,
      handle: async (call, next) => {
        let waits = 1;
        const wait = (by: number) => {
          const before = waits;
          waits += by;
          if (before === 0) this.#count(what, -1);
          else if (waits === 0) this.#count(what, 1);
        };
        wait(-1);
        try {
          await middleware.handle?.(withClock(call, wait), (changes) => {
            wait(1);
            const inner = next(changes);
            const back = () => wait(-1);
            // Not `inner.then`: whether the middleware awaits it is for the engine to see.
            void Promise.prototype.then.call(inner, back, back);
            return inner;
          });
        } finally {
          wait(1);
        }
      },
    };
  }
}

/** Runs at once what can be run at once: a handler without a promise stays one. */
function settled(run: () => unknown, done: () => void, failed: (error: unknown) => never): unknown {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    return failed(error);
  }
  if (!(result instanceof Object && 'then' in result && typeof result.then === 'function')) {
    done();
    return result;
  }
  return (result as PromiseLike<unknown>).then((value) => {
    done();
    return value;
  }, failed);
}

/** The same call, whose clock tells when somebody waits for it. */
function withClock(call: HandlingCall, wait: (by: number) => void): HandlingCall {
  const { clock } = call.env;
  const watched: Clock = {
    now: () => clock.now(),
    schedule(delayMs, run): Cancel {
      let waiting = true;
      const end = () => {
        if (waiting) wait(-1);
        waiting = false;
      };
      wait(1);
      const cancel = clock.schedule(delayMs, () => {
        end();
        run();
      });
      return () => {
        end();
        cancel();
      };
    },
  };
  return {
    ...call,
    env: { ...call.env, clock: watched },
    resting: call.resting,
    skip: (reason) => call.skip(reason),
    fail: (index, error) => call.fail(index, error),
  };
}
