import {
  type AdminSession,
  type CommittedPosition,
  type GroupDescription,
  type NewTopic,
  PartitaError,
  type PartitionPosition,
  type StartPosition,
  type TopicDescription,
} from '../../core/index.ts';
import type { Connection } from './connection.ts';
import type { Groups } from './group/groups.ts';
import type { Topics } from './log/topics.ts';
import { startOffset } from './session/reading-position.ts';

/** What operators ask: topics, positions, groups. */
export class MemoryAdminSession implements AdminSession {
  readonly #connection: Connection;
  readonly #topics: Topics;
  readonly #groups: Groups;
  #closed = false;

  constructor(connection: Connection, topics: Topics, groups: Groups) {
    this.#connection = connection;
    this.#topics = topics;
    this.#groups = groups;
  }

  topics(names?: readonly string[]): Promise<readonly TopicDescription[]> {
    return this.#request(() =>
      (names ?? this.#topics.names()).map((topic) => ({
        topic,
        partitions: this.#topics.existing(topic).length,
        replicationFactor: 1,
      })),
    );
  }

  createTopic({ topic, partitions }: NewTopic): Promise<void> {
    return this.#request(() => this.#topics.create(topic, partitions));
  }

  deleteTopic(topic: string): Promise<void> {
    return this.#request(() => {
      this.#topics.delete(topic);
      this.#groups.forgetTopic(topic);
    });
  }

  addPartitions(topic: string, partitions: number): Promise<void> {
    return this.#request(() => this.#topics.grow(topic, partitions));
  }

  offsets(topic: string, at: StartPosition): Promise<readonly PartitionPosition[]> {
    return this.#request(() =>
      this.#topics.existing(topic).map((log) => ({
        topic,
        partition: log.partition,
        offset: startOffset(log, at),
      })),
    );
  }

  committed(group: string, topics?: readonly string[]): Promise<readonly CommittedPosition[]> {
    return this.#request(() => {
      const positions = this.#groups.find(group)?.offsets.all() ?? [];
      return positions.filter(({ topic }) => topics === undefined || topics.includes(topic));
    });
  }

  commit(group: string, positions: readonly PartitionPosition[]): Promise<void> {
    return this.#request(() => {
      for (const position of positions) this.#topics.log(position);
      const rejection = this.#groups.get(group).commitFromOutside(
        positions.map(({ topic, partition, ...position }) => ({
          topic,
          partition,
          position,
          metadata: '',
        })),
      );
      if (rejection !== undefined)
        throw new PartitaError(
          'UNAVAILABLE',
          `Positions of group ${group} were not set: it has members, which would overwrite them. Stop them first`,
        );
    });
  }

  groups(): Promise<readonly string[]> {
    return this.#request(() => this.#groups.names());
  }

  group(group: string): Promise<GroupDescription> {
    return this.#request(
      () => this.#groups.find(group)?.describe() ?? { group, state: 'Dead', members: [] },
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  async #request<T>(serve: () => T): Promise<T> {
    if (this.#closed) throw new PartitaError('CLOSED', 'The admin session is closed');
    return this.#connection.request('admin', serve);
  }
}
