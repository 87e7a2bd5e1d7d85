import type { Clock, Logger } from '../../core/index.ts';
import type { Groups } from '../kafka-groups/groups.ts';
import type { Topics } from '../kafka-log/topics.ts';
import type { Credentials } from '../kafka-sasl/credentials.ts';
import type { Transactions } from '../kafka-transactions/transactions.ts';
import type { Cluster } from './cluster.ts';
import type { FaultRules } from './fault-rules.ts';
import type { ServedVersions } from './served-versions.ts';

/** What all connections of a cluster share. */
export interface BrokerState {
  readonly clock: Clock;
  readonly log: Logger;
  readonly clusterId: string;
  readonly cluster: Cluster;
  readonly topics: Topics;
  readonly groups: Groups;
  readonly faults: FaultRules;
  readonly transactions: Transactions;
  readonly versions: ServedVersions;
  /** Undefined: everybody is let in. */
  readonly credentials: Credentials | undefined;
  readonly defaultPartitions: number;
  readonly maxTopicPartitions: number;
  readonly autoCreateTopics: boolean;
  readonly maxCommitMetadataBytes: number;
  /** Takes the next producer id. */
  nextProducerId(): number;
}
