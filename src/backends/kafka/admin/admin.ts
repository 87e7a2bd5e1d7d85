import type {
  AdminSession,
  CommittedPosition,
  GroupDescription,
  NewTopic,
  PartitionPosition,
  StartPosition,
  TopicDescription,
} from '../../../core/index.ts';
import type { TopicMetadata } from '../wire/wire.ts';
import { AdminCalls, type AdminDeps } from './admin-calls.ts';
import { readPositions, writePositions } from './group-positions.ts';
import { describeGroup, listGroups } from './group-views.ts';
import { unknownTopic } from './leaders-of.ts';
import { offsetsAt } from './log-offsets.ts';
import { addPartitions, createTopic, deleteTopic } from './topic-changes.ts';

/** Looks after topics and groups from outside of any group. */
export class KafkaAdmin implements AdminSession {
  readonly #calls: AdminCalls;

  constructor(deps: AdminDeps) {
    this.#calls = new AdminCalls(deps);
  }

  async topics(names?: readonly string[]): Promise<readonly TopicDescription[]> {
    const { topics } = await this.#calls.patiently(() => this.#calls.metadata(names ?? null));
    if (names === undefined)
      return [...topics.values()].filter(({ internal }) => !internal).map(toDescription);
    return names.map((name) => {
      const found = topics.get(name);
      if (found === undefined) throw unknownTopic(name);
      return toDescription(found);
    });
  }

  createTopic(topic: NewTopic): Promise<void> {
    return createTopic(this.#calls, topic);
  }

  deleteTopic(topic: string): Promise<void> {
    return deleteTopic(this.#calls, topic);
  }

  addPartitions(topic: string, partitions: number): Promise<void> {
    return addPartitions(this.#calls, topic, partitions);
  }

  offsets(topic: string, at: StartPosition): Promise<readonly PartitionPosition[]> {
    return offsetsAt(this.#calls, topic, at);
  }

  committed(group: string, topics?: readonly string[]): Promise<readonly CommittedPosition[]> {
    return readPositions(this.#calls, group, topics);
  }

  commit(group: string, positions: readonly PartitionPosition[]): Promise<void> {
    return writePositions(this.#calls, group, positions);
  }

  groups(): Promise<readonly string[]> {
    return listGroups(this.#calls);
  }

  group(group: string): Promise<GroupDescription> {
    return describeGroup(this.#calls, group);
  }

  close(): Promise<void> {
    this.#calls.close();
    return Promise.resolve();
  }
}

function toDescription({ topic, partitions }: TopicMetadata): TopicDescription {
  const replicationFactor = partitions[0]?.replicas.length;
  return {
    topic,
    partitions: partitions.length,
    ...(replicationFactor !== undefined && { replicationFactor }),
  };
}
