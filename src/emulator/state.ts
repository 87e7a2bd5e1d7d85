import type { AmqpConnection } from './amqp/connection.ts';
import type { DroppedRecords } from './kafka-log/dropped-records.ts';
import type { Namespace } from './namespace.ts';

/** What the emulator holds, at one moment. */
export interface EmulatorState {
  readonly connections: number;
  readonly hubs: readonly HubState[];
}

export interface HubState {
  readonly name: string;
  readonly partitions: readonly PartitionState[];
}

export interface PartitionState {
  readonly id: string;
  readonly beginningSequenceNumber: number;
  /** -1 while there never was an event. */
  readonly lastSequenceNumber: number;
  /** Of the events that are kept, as stored. */
  readonly bytes: number;
  /** Since the start, by the limit that was reached. */
  readonly dropped: DroppedRecords;
  readonly consumers: readonly { readonly group: string; readonly ownerLevel?: number }[];
}

export function stateOf(
  namespace: Namespace,
  connections: readonly AmqpConnection[],
): EmulatorState {
  const links = connections.flatMap((connection) => connection.links);
  const consumersOf = (hub: string, partition: string) =>
    links
      .filter(
        ({ role, place }) =>
          role === 'consumer' && place.hub === hub && place.partition === partition,
      )
      .map(({ place, epoch }) => ({
        group: place.group ?? '',
        ...(epoch !== undefined && { ownerLevel: epoch }),
      }));
  return {
    connections: connections.length,
    hubs: namespace.hubs.map(({ name, topic }) => ({
      name,
      partitions: topic.partitions.map(({ log }, index) => ({
        id: String(index),
        beginningSequenceNumber: log.startOffset,
        lastSequenceNumber: log.endOffset - 1,
        bytes: log.retainedBytes,
        dropped: log.dropped,
        consumers: consumersOf(name, String(index)),
      })),
    })),
  };
}
