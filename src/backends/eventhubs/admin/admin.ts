import {
  type AdminSession,
  type CommittedPosition,
  type GroupDescription,
  type NewTopic,
  PartitaError,
  type PartitionPosition,
  type StartPosition,
  type TopicDescription,
} from '../../../core/index.ts';
import type { GroupStore } from '../group/group-store.ts';
import { startOffset } from '../receive/start-position.ts';
import { eventHubsError } from '../sdk/event-hubs-error.ts';
import type { Hubs } from '../sdk/hubs.ts';

export interface AdminDeps {
  readonly hubs: Hubs;
  /** @throws PartitaError `INVALID_CONFIG` when no store was given. */
  groupStore(group: string): GroupStore;
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
    return Promise.all(
      (names ?? hubs.known).map(async (topic) => ({
        topic,
        partitions: await hubs.partitionCount(topic),
      })),
    );
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
    topics: readonly string[] = this.#deps.hubs.known,
  ): Promise<readonly CommittedPosition[]> {
    this.#checkOpen();
    return this.#deps.groupStore(group).committed(topics);
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
    throw new PartitaError(
      'UNSUPPORTED',
      'Event Hubs does not list consumer groups over AMQP: ask for a group by its name',
    );
  }

  async group(group: string): Promise<GroupDescription> {
    this.#checkOpen();
    const { hubs, groupStore } = this.#deps;
    const spelling = new Map(hubs.known.map((topic) => [topic.toLowerCase(), topic]));
    const { members, ownerships } = await groupStore(group).state(hubs.known);
    const owned = [...ownerships.values()];
    return {
      group,
      state: members.length > 0 ? 'Stable' : 'Empty',
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
