import { InvalidConfigError } from '../model/errors.ts';
import type { ConsumerOptions, Topics } from './consumer-options.ts';
import type { DecodeFunction, ValueDecoder } from './decoder.ts';
import { ErrorPolicy } from './error-policy.ts';
import { checkMiddleware, type Middleware } from './middleware.ts';
import { OptionCheck, show } from './option-check.ts';
import { resolvePace } from './resolve-pace.ts';
import { resolveRetryTopics } from './resolve-retry-topics.ts';
import { type ResolveContext, resolveGroup } from './resolve-subscription.ts';
import type { ResolvedConsumerOptions } from './resolved-options.ts';

const knownOptions = [
  'name',
  'group',
  'partitions',
  'assignor',
  'start',
  'outOfRange',
  'concurrency',
  'middleware',
  'onError',
  'commit',
  'buffer',
  'handlerTimeoutMs',
  'drainTimeoutMs',
  'instanceId',
  'rack',
  'sessionTimeoutMs',
  'heartbeatIntervalMs',
  'rebalanceTimeoutMs',
  'isolation',
  'fetch',
  'open',
  'close',
  'value',
  'handle',
  'handleBatch',
  'batch',
];

const functions = ['handle', 'handleBatch', 'open', 'close'] as const;

/** Fills in defaults. @throws InvalidConfigError with every problem at once. */
export function resolveConsumerOptions(
  topics: Topics,
  options: ConsumerOptions<never>,
  context: ResolveContext & {
    readonly middleware?: readonly Middleware[];
    /** Of typed topics. */
    readonly decoder?: DecodeFunction<unknown> | undefined;
  },
): ResolvedConsumerOptions {
  const check = new OptionCheck();
  const given: Partial<ConsumerOptions<never>> = check.object('options', options);
  check.known('', given, knownOptions);
  check.optionalText('name', given.name);
  const name = String(given.name ?? given.group ?? describeTopics(topics));
  checkHandlers(check, given);
  if (context.decoder !== undefined && given.value !== undefined)
    check.problem('value is given for typed topics, which say it themselves; leave it out');
  const own = resolveGroup(check, topics, given, context);
  const pace = resolvePace(check, given);
  const { subscription, retryTopics } = resolveRetryTopics(
    check,
    given.onError,
    own.subscription,
    pace.order,
  );
  const group = { ...own, subscription, ...(retryTopics.size > 0 && { retryTopics }) };
  const middleware = [...(context.middleware ?? []), ...checkMiddleware(check, given.middleware)];
  const resolved = {
    name,
    middleware,
    handlerMiddleware: middleware.filter((one) => one?.handle !== undefined),
    group,
    assignors: group.assignors,
    ...pace,
    onError: given.onError as ErrorPolicy,
    retryTopics,
    handlerTimeoutMs: check.optionalMs('handlerTimeoutMs', given.handlerTimeoutMs),
    drainTimeoutMs: check.ms('drainTimeoutMs', given.drainTimeoutMs ?? 30_000),
  };
  if (check.problems.length > 0)
    throw new InvalidConfigError(`options of the consumer ${name}`, check.problems);
  const functions = bindFunctions(given);
  return { ...resolved, ...functions, decoder: context.decoder ?? functions.decoder };
}

function describeTopics(topics: unknown): string {
  if (typeof topics === 'string') return topics;
  return Array.isArray(topics) ? topics.map(String).join(',') : show(topics);
}

function checkHandlers(check: OptionCheck, given: Partial<ConsumerOptions<never>>): void {
  const both = given.handle !== undefined && given.handleBatch !== undefined;
  if (both || (given.handle === undefined && given.handleBatch === undefined))
    check.problem(
      `${both ? 'both' : 'neither'} handle and handleBatch ${both ? 'are' : 'is'} given, expected one of them`,
    );
  check.functions(given, functions);
  if (given.value !== undefined && decodeFunction(given.value) === undefined)
    check.problem(
      `value is ${show(given.value)}, expected a decoder: json(schema), text(), or a function of the value`,
    );
  if (given.onError === undefined)
    check.problem(
      'onError is missing: name an error policy, such as retry({ attempts: 5 }).otherwise(deadLetter(topic)) or stopPartition()',
    );
  else if (!(given.onError instanceof ErrorPolicy))
    check.problem(
      `onError is ${show(given.onError)}, expected an error policy such as retry({ attempts: 5 }) or stopPartition()`,
    );
}

function decodeFunction(decoder: unknown): DecodeFunction<unknown> | undefined {
  if (typeof decoder === 'function') return decoder as DecodeFunction<unknown>;
  const { decode } = Object(decoder) as Partial<ValueDecoder<unknown>>;
  return typeof decode === 'function' ? decode.bind(decoder) : undefined;
}

/** As methods of the options they were given with: a handler may be one of an object with a state of its own. */
function bindFunctions(given: Partial<ConsumerOptions<never>>) {
  return {
    decoder: decodeFunction(given.value),
    handle: given.handle?.bind(given) as ResolvedConsumerOptions['handle'],
    handleBatch: given.handleBatch?.bind(given) as ResolvedConsumerOptions['handleBatch'],
    open: given.open?.bind(given),
    close: given.close?.bind(given),
  };
}
