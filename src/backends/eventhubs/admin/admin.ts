import {
  type AdminSession,
  type CommittedPosition,
  type GroupDescription,
  type NewTopic,
  PartitaError,
  type PartitionPosition,
  type StartPosition,
  type StoredTopic,
  type TopicDescription,
} from '../../../core/index.ts';
import { electAssignor } from '../coordinator/elect-assignor.ts';
import type { GroupStore } from '../group/group-store.ts';
import { startOffset } from '../receive/start-position.ts';
import { eventHubsError } from '../sdk/event-hubs-error.ts';
import type { Hubs } from '../sdk/hubs.ts';

export interface AdminDeps {
  readonly hubs: Hubs;
  /** @throws PartitaError `INVALID_CONFIG` when no store was given. */
  groupStore(group: string): GroupStore;
  /** What groups have stored in this namespace; undefined when nobody can say. */
  stored(): Promise<readonly StoredTopic[] | undefined>;
}

/** What operators ask. Event hubs and consumer groups are managed elsewhere: by the portal, the Azure CLI, or templates. */
export class EventHubsAdmin implements AdminSession {
  readonly #deps: AdminDeps;
  #isClosed = false;

  constructor(deps: AdminDeps) {
    this.#deps = deps;
  }

  async topics(names?: readonly string[]): Promise<readonly TopicDescription[]> {
    this.#checkOpen();
    const { hubs } = this.#deps;
    if (names === undefined) return this.#existing(hubs.known);
    const counts = await hubs.partitionCounts(names);
    return names.map((topic) => ({ topic, partitions: counts.get(topic) ?? 0 }));
  }

  createTopic({ topic }: NewTopic): Promise<void> {
    return refused(`The event hub ${topic} was not created`);
  }

  deleteTopic(topic: string): Promise<void> {
    return refused(`The event hub ${topic} was not deleted`);
  }

  addPartitions(topic: string): Promise<void> {
    return refused(`No partitions were added to the event hub ${topic}`);
  }

  async offsets(topic: string, at: StartPosition): Promise<readonly PartitionPosition[]> {
    this.#checkOpen();
    const { hubs } = this.#deps;
    const count = await hubs.partitionCount(topic);
    const client = hubs.receiver(topic, '$Default', false);
    try {
      const partitions = Array.from({ length: count }, (_, partition) => ({ topic, partition }));
      return await Promise.all(
        partitions.map(async (place) => {
          const range = await hubs.range(place);
          const offset = await startOffset({ place, range, hubs, client, ownerLevel: 0 }, at);
          return { ...place, offset };
        }),
      );
    } catch (error) {
      throw eventHubsError(`look up offsets of ${topic}`, error, { topic });
    } finally {
      await hubs.dismiss(client);
    }
  }

  async committed(
    group: string,
    topics?: readonly string[],
  ): Promise<readonly CommittedPosition[]> {
    this.#checkOpen();
    const store = this.#deps.groupStore(group);
    return store.committed(topics ?? (await this.#topicsOf(group)));
  }

  async commit(group: string, positions: readonly PartitionPosition[]): Promise<void> {
    this.#checkOpen();
    const { hubs, groupStore } = this.#deps;
    const store = groupStore(group);
    const topics = [...new Set(positions.map(({ topic }) => topic))];
    const counts = await hubs.partitionCounts(topics);
    for (const { topic, partition } of positions)
      if (partition >= (counts.get(topic) ?? 0))
        throw new PartitaError(
          'UNKNOWN_PARTITION',
          `Positions of group ${group} were not set: the event hub ${topic} has no partition ${partition}`,
          { topic, partition },
        );
    if ((await store.members(topics)).length > 0)
      throw new PartitaError(
        'UNAVAILABLE',
        `Positions of group ${group} were not set: it has members, which would overwrite them. Stop them first`,
      );
    for (const position of positions) await store.put({ ...position, metadata: '' });
  }

  async groups(): Promise<readonly string[]> {
    this.#checkOpen();
    const stored = await this.#deps.stored();
    if (stored !== undefined) return [...new Set(stored.map(({ group }) => group))].sort();
    throw new PartitaError(
      'UNSUPPORTED',
      'Event Hubs does not list consumer groups over AMQP, and there is no checkpoint store that lists them: give one, or ask for a group by its name',
    );
  }

  async group(group: string): Promise<GroupDescription> {
    this.#checkOpen();
    const store = this.#deps.groupStore(group);
    const topics = await this.#topicsOf(group);
    const spelling = new Map(topics.map((topic) => [topic.toLowerCase(), topic]));
    const [{ members, ownerships }, committed] = await Promise.all([
      store.state(topics),
      store.committed(topics),
    ]);
    const owned = [...ownerships.values()];
    const assignor = electAssignor(members);
    const isKnown = owned.length + committed.length > 0;
    return {
      group,
      state: members.length > 0 ? 'Stable' : isKnown ? 'Empty' : 'Dead',
      ...(assignor !== undefined && { assignor }),
      members: members.map(({ memberId, instanceId, clientId }) => ({
        memberId,
        ...(instanceId !== undefined && { instanceId }),
        clientId,
        host: '',
        partitions: owned
          .filter(({ owner }) => owner === memberId)
          .map(({ topic, partition }) => ({ topic: spelling.get(topic) ?? topic, partition })),
      })),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** Hubs that were named or used, and those in which the group has left something. */
  async #topicsOf(group: string): Promise<readonly string[]> {
    const { hubs, stored } = this.#deps;
    const { known } = hubs;
    const spelled = new Set(known.map((topic) => topic.toLowerCase()));
    const others = ((await stored()) ?? []).filter(
      (one) => one.group.toLowerCase() === group.toLowerCase() && !spelled.has(one.topic),
    );
    const found = await this.#existing(others.map(({ topic }) => topic));
    return [...known, ...found.map(({ topic }) => topic)];
  }

  /** A hub may have been deleted since it was named, or since somebody stored a position in it. */
  async #existing(topics: readonly string[]): Promise<readonly TopicDescription[]> {
    const { hubs } = this.#deps;
    const looked = topics.map(async (topic) => {
      try {
        return [{ topic, partitions: await hubs.partitionCount(topic) }];
      } catch (error) {
        if (PartitaError.is(error) && error.code === 'UNKNOWN_TOPIC') return [];
        throw error;
      }
    });
    return (await Promise.all(looked)).flat();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new PartitaError('CLOSED', 'The admin session is closed');
  }
}

async function refused(what: string): Promise<never> {
  throw new PartitaError(
    'UNSUPPORTED',
    `${what}: an AMQP connection cannot manage event hubs. Use the Azure portal, the Azure CLI or a template`,
  );
}
