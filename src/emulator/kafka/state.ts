import type { BrokerState } from './broker-state.ts';

/** What a broker holds, at one moment. */
export interface KafkaBrokerState {
  readonly connections: number;
  readonly topics: readonly KafkaTopicState[];
  readonly groups: readonly KafkaGroupState[];
}

export interface KafkaTopicState {
  readonly name: string;
  readonly partitions: readonly {
    /** First offset that is kept. */
    readonly startOffset: number;
    /** Offset of the next record. */
    readonly endOffset: number;
    readonly bytes: number;
  }[];
}

export interface KafkaGroupState {
  readonly id: string;
  /** `Empty`, `PreparingRebalance`, `CompletingRebalance` or `Stable`. */
  readonly state: string;
  readonly generation: number;
  readonly members: readonly { readonly memberId: string; readonly clientId: string }[];
}

export function describeState(
  { topics, groups }: BrokerState,
  connections: number,
): KafkaBrokerState {
  return {
    connections,
    topics: topics.all.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ log }) => ({
        startOffset: log.startOffset,
        endOffset: log.endOffset,
        bytes: log.retainedBytes,
      })),
    })),
    groups: groups.all.map(({ id, state, generation, members }) => ({
      id,
      state,
      generation,
      members: [...members.values()].map(({ id: memberId, client }) => ({
        memberId,
        clientId: client.clientId,
      })),
    })),
  };
}
