import {
  type Assignor,
  type BackendEnv,
  type CheckpointStore,
  type CoordinatorListener,
  InvalidConfigError,
  OptionCheck,
} from '../../../core/index.ts';

export interface CoordinatorOptions {
  readonly store: CheckpointStore;
  readonly env: BackendEnv;
  /** Host of the namespace. */
  readonly namespace: string;
  readonly group: string;
  /** Event hubs. Several are shared out together. */
  readonly topics: readonly string[];
  readonly assignors: readonly Assignor[];
  readonly instanceId?: string;
  readonly rack?: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Asks the service. Rejects with a `PartitaError`, not `retriable` for a hub that does not exist. */
  readonly partitionCounts: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** How often that is asked again, as partitions can be added. @default 300_000 */
  readonly partitionRefreshMs?: number;
  /**
   * How long an ownership of official software counts after its last renewal, in milliseconds. The SDKs' own value is 60 s in
   * JavaScript, Python and Java, 120 s in .NET. @default 60_000
   */
  readonly foreignExpiryMs?: number;
  /**
   * `expected`: begin with owner level 0 and renew ownership from the start, at one write per partition and heartbeat. Else
   * the first official processor to join finds receivers of a higher level, and waits for its own expiry before it tries again.
   *
   * @default 'detect'
   */
  readonly officialProcessors?: 'detect' | 'expected';
  /** Between this machine and the store, at the start. @default 10_000 */
  readonly maxClockSkewMs?: number;
  readonly listener: CoordinatorListener;
}

export type ResolvedCoordinatorOptions = CoordinatorOptions &
  Required<
    Pick<
      CoordinatorOptions,
      'partitionRefreshMs' | 'foreignExpiryMs' | 'maxClockSkewMs' | 'officialProcessors'
    >
  >;

/** @throws InvalidConfigError with all problems */
export function resolveCoordinatorOptions(given: CoordinatorOptions): ResolvedCoordinatorOptions {
  const options = {
    ...given,
    partitionRefreshMs: given.partitionRefreshMs ?? 300_000,
    foreignExpiryMs: given.foreignExpiryMs ?? 60_000,
    maxClockSkewMs: given.maxClockSkewMs ?? 10_000,
    officialProcessors: given.officialProcessors ?? 'detect',
  };
  const check = new OptionCheck();
  if (options.namespace === '') check.problem('namespace is empty');
  if (options.group === '') check.problem('group is empty');
  if (options.topics.length === 0) check.problem('topics is empty, expected at least one');
  if (options.assignors.length === 0) check.problem('assignors is empty, expected at least one');
  const times = [
    'sessionTimeoutMs',
    'heartbeatIntervalMs',
    'rebalanceTimeoutMs',
    'partitionRefreshMs',
    'foreignExpiryMs',
    'maxClockSkewMs',
  ] as const;
  check.oneOf('officialProcessors', options.officialProcessors, ['detect', 'expected']);
  for (const name of times) check.ms(name, options[name]);
  if (options.heartbeatIntervalMs * 2 > options.sessionTimeoutMs)
    check.problem(
      `heartbeatIntervalMs is ${options.heartbeatIntervalMs}, expected at most half of sessionTimeoutMs (${options.sessionTimeoutMs})`,
    );
  const doubled = new Set(
    options.topics
      .map((topic) => topic.toLowerCase())
      .filter((topic, i, all) => all.indexOf(topic) !== i),
  );
  for (const topic of doubled) check.problem(`topics names ${topic} twice`);
  if (check.problems.length > 0) throw new InvalidConfigError('group options', check.problems);
  return options;
}
