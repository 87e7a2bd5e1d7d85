import type { AppConfig, ConsumerConfig, ErrorPolicyStep } from '../app-config.ts';
import { consumerName } from '../create/consumer-name.ts';
import { stepsOf } from '../create/error-policy-of.ts';
import { msAt } from '../schema/defaults.ts';
import type { ConfigPath } from '../source.ts';

/** A consumer with the defaults filled in that matter for its guarantee. */
export interface ConsumerFacts {
  readonly path: ConfigPath;
  readonly name: string;
  readonly config: ConsumerConfig;
  readonly backend: AppConfig['backend'];
  readonly order: 'partition' | 'key' | 'none';
  /** Undefined: one per partition. */
  readonly limit: number | undefined;
  readonly isBatch: boolean;
  /** Positions outlive the process. */
  readonly keepsPositions: boolean;
  readonly steps: readonly ErrorPolicyStep[];
  readonly assignors: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly drainTimeoutMs: number;
  /** What the backend leaves for a hand-over. */
  readonly deadlineMs: number;
  readonly handlerTimeoutMs: number | undefined;
  readonly stopTimeoutMs: number;
}

/** Part of the time for a hand-over that running handlers get; the rest is for the last commit and for `close`. */
const drainShare = 0.8;

export function consumerFacts(
  { backend, stopTimeout, eventhubs }: AppConfig,
  config: ConsumerConfig,
  index: number,
): ConsumerFacts {
  const path = ['consumers', index];
  const { order = 'partition', limit } = config.concurrency ?? {};
  const time = (
    key: 'sessionTimeout' | 'heartbeatInterval' | 'rebalanceTimeout' | 'drainTimeout',
  ): number => msAt(config[key], [...path, key]);
  const times = {
    sessionTimeoutMs: time('sessionTimeout'),
    heartbeatIntervalMs: time('heartbeatInterval'),
    rebalanceTimeoutMs: time('rebalanceTimeout'),
  };
  const { assignor = 'cooperative-sticky', handlerTimeout } = config;
  return {
    path,
    name: consumerName(config),
    config,
    backend,
    order,
    limit: limit ?? (order === 'partition' ? undefined : 100),
    isBatch: config.batch !== undefined,
    keepsPositions: backend !== 'eventhubs' || eventhubs?.checkpoints?.kind !== 'memory',
    steps: stepsOf(config.onError),
    assignors: typeof assignor === 'string' ? [assignor] : assignor,
    ...times,
    drainTimeoutMs: time('drainTimeout'),
    deadlineMs: deadlineMs(backend, times),
    handlerTimeoutMs: handlerTimeout && msAt(handlerTimeout, []),
    stopTimeoutMs: msAt(stopTimeout, ['stopTimeout']),
  };
}

/** How long running handlers get before a partition moves. */
export function handlersGetMs({ drainTimeoutMs, deadlineMs: most }: ConsumerFacts): number {
  return Math.min(drainTimeoutMs, most) * drainShare;
}

/** How long running handlers get when the process stops. */
export function handlersGetOnStopMs({ drainTimeoutMs, stopTimeoutMs }: ConsumerFacts): number {
  return Math.min(drainTimeoutMs, stopTimeoutMs) * drainShare;
}

/** How long each backend waits for a hand-over; a test holds this against theirs. */
export function deadlineMs(
  backend: AppConfig['backend'],
  {
    rebalanceTimeoutMs,
    heartbeatIntervalMs,
  }: { readonly rebalanceTimeoutMs: number; readonly heartbeatIntervalMs: number },
): number {
  if (backend === 'eventhubs') return rebalanceTimeoutMs;
  if (backend === 'memory') return Math.floor(rebalanceTimeoutMs * 0.9);
  const travelMs = Math.min(1_000, rebalanceTimeoutMs / 10);
  return Math.max(rebalanceTimeoutMs / 2, rebalanceTimeoutMs - heartbeatIntervalMs - travelMs);
}
