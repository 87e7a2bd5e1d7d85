import { randomUUID } from 'node:crypto';
import { type Admin, Kafka, KafkaJSError, logLevel } from 'kafkajs';
import { until } from '../until.ts';
import { LiveProduction } from './live-production.ts';
import type { OtherClient } from './other-clients.ts';
import { PeerGroup } from './peer-group.ts';
import type { PeerProcess } from './peer-process.ts';

/** What the groups of one test file share: a producer, topics, and one process per other client. */
export class PeerWorld {
  readonly #bootstrap: readonly string[];
  readonly #production: LiveProduction;
  readonly #topics: string[] = [];
  readonly #processes = new Map<OtherClient, PeerProcess>();

  constructor(bootstrap: readonly string[]) {
    this.#bootstrap = bootstrap;
    this.#production = new LiveProduction(bootstrap);
  }

  /** Prepares for this many groups. */
  async open(groups: number): Promise<void> {
    this.#topics.push(...Array.from({ length: groups }, () => `peers-${randomUUID()}`));
    const admin = new Kafka({ brokers: [...this.#bootstrap], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    // In one go: KafkaJS cannot wait for the leaders of several new topics side by side.
    const topics = this.#topics.map((topic) => ({ topic, numPartitions: 6 }));
    await admin.createTopics({ topics, waitForLeaders: true });
    // On a new broker groups wait for their coordinators; here that is to be no trouble of a member.
    for (const topic of this.#topics) {
      await until('the group has a coordinator', () => hasCoordinator(admin, topic));
    }
    await admin.disconnect();
    await this.#production.start();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((each) => each.close()));
    await this.#production.end();
  }

  newGroup(): PeerGroup {
    const topic = this.#topics.pop();
    if (topic === undefined) throw new RangeError('more groups than the world was opened for');
    return new PeerGroup(this.#bootstrap, topic, this.#production);
  }

  /** The process that holds all members of this client. */
  processOf(client: OtherClient): PeerProcess {
    if (client.missing !== undefined) throw new Error(client.missing);
    const running = this.#processes.get(client) ?? client.start(this.#bootstrap);
    this.#processes.set(client, running);
    return running;
  }
}

async function hasCoordinator(admin: Admin, group: string): Promise<boolean> {
  try {
    await admin.fetchOffsets({ groupId: group, topics: [group] });
    return true;
  } catch (error) {
    if (error instanceof KafkaJSError && error.retriable) return false;
    throw error;
  }
}
