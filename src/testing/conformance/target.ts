import type { App, BackendDefinition, Capabilities, System } from '../../core/index.ts';

/** The backend under test and the world it runs in. */
export interface ConformanceTarget {
  readonly definition: BackendDefinition;
  /** Clock, randomness and so on of every application the cases start; real or virtual. */
  readonly system: System;
  /** Resolves when the condition holds; rejects, naming `what`, when that takes too long. Moves a virtual clock. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Group timing of the cases. Short, so that a crash is noticed soon. @default 45_000, 3_000 and 60_000 */
  readonly timing?: {
    readonly sessionTimeoutMs: number;
    readonly heartbeatIntervalMs: number;
    readonly rebalanceTimeoutMs: number;
  };
  /** Makes a topic where the admin cannot (`createTopics` is false). @default the admin's `createTopic` */
  createTopic?(topic: string, partitions: number): Promise<void>;
  /** Adds partitions where the admin cannot, up to `count`. @default the admin's `addPartitions` */
  addPartitions?(topic: string, count: number): Promise<void>;
  /** Ends an application as `kill -9` does. @default closes its session without commits and without leaving */
  crash?(app: App, clientId: string): Promise<void>;
  /** Takes an application out of a group without its knowledge. Cases that need it are skipped without it. */
  expire?(clientId: string, group: string): Promise<void>;
  /** Retention: deletes the records of a partition before `offset`. Cases that need it are skipped without it. */
  deleteRecordsBefore?(topic: string, partition: number, offset: number): Promise<void>;
}

/** What a case cannot do without: a capability of the backend, or a power of the target over it. */
export type Need =
  | { [K in keyof Capabilities]: Capabilities[K] extends boolean ? K : never }[keyof Capabilities]
  | 'commitMetadata'
  | 'addPartitions'
  | 'expire'
  | 'deleteRecordsBefore';

/** Why the target cannot do what is needed, or `undefined` when it can. */
export function missing(need: Need, target: ConformanceTarget): string | undefined {
  const { name, capabilities } = target.definition;
  if (need === 'expire' || need === 'deleteRecordsBefore')
    return target[need] === undefined ? `the target offers no ${need}()` : undefined;
  if (need === 'addPartitions')
    return target[need] === undefined ? missing('createTopics', target) : undefined;
  const has = need === 'commitMetadata' ? capabilities.commitMetadataBytes > 0 : capabilities[need];
  return has ? undefined : `${name} has no ${need}`;
}
