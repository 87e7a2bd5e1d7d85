import type { DroppedRecords } from '../kafka-log/dropped-records.ts';
import type { BrokerState } from './broker-state.ts';

/** What a broker holds, at one moment. */
export interface KafkaBrokerState {
  readonly connections: number;
  readonly brokers: readonly KafkaBrokerNodeState[];
  readonly topics: readonly KafkaTopicState[];
  readonly groups: readonly KafkaGroupState[];
}

/** One of the brokers that clients see. */
export interface KafkaBrokerNodeState {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly running: boolean;
  readonly frozen: boolean;
}

export interface KafkaTopicState {
  readonly name: string;
  readonly partitions: readonly {
    /** First offset that is kept. */
    readonly startOffset: number;
    /** Offset of the next record. */
    readonly endOffset: number;
    readonly bytes: number;
    /** Since the start, by the limit that was reached. */
    readonly dropped: DroppedRecords;
    /** Id of the broker that leads it; -1 while none runs. */
    readonly leaderId: number;
    readonly leaderEpoch: number;
  }[];
}

export interface KafkaGroupState {
  readonly id: string;
  /** `Empty`, `PreparingRebalance`, `CompletingRebalance` or `Stable`; of KIP-848 `Empty`, `Assigning`, `Reconciling` or `Stable`. */
  readonly state: string;
  readonly generation: number;
  /** Id of the broker that coordinates it; -1 while none runs. */
  readonly coordinatorId: number;
  readonly members: readonly { readonly memberId: string; readonly clientId: string }[];
}

export function describeState(
  { cluster, topics, groups }: BrokerState,
  connections: number,
): KafkaBrokerState {
  return {
    connections,
    brokers: cluster.nodes.map(({ nodeId, address, running, freezer }) => ({
      nodeId,
      ...address,
      running,
      frozen: freezer.frozen,
    })),
    topics: topics.all.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ log }, partition) => ({
        startOffset: log.startOffset,
        endOffset: log.endOffset,
        bytes: log.retainedBytes,
        dropped: log.dropped,
        ...cluster.leader(name, partition),
      })),
    })),
    groups: groups.all.map(({ id, state, generation, members }) => ({
      id,
      state,
      generation,
      coordinatorId: cluster.coordinator({ group: id })?.nodeId ?? -1,
      members: [...members.values()].map(({ id: memberId, client }) => ({
        memberId,
        clientId: client.clientId,
      })),
    })),
  };
}
