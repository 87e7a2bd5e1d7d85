import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { expect, it } from 'vitest';
import { lookUpCoordinator } from '../../src/backends/kafka/group/coordinator-lookup.ts';
import { groupOptions } from '../support/group-options.ts';
import { startKafka } from '../support/kafka.ts';
import { KafkaTestMember } from '../support/kafka-test-member.ts';
import { openWire, realEnv } from '../support/open-wire.ts';
import { describeKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

/** Which broker coordinates the group, counted from 0. */
async function coordinatorOf(bootstrap: readonly string[], group: string): Promise<number> {
  const wire = openWire(bootstrap);
  const { host, port } = await lookUpCoordinator(wire, realEnv, group);
  await wire.close();
  return bootstrap.indexOf(`${host}:${port}`);
}

describeKafka('A group whose coordinator dies', () => {
  it.each([
    { brokers: 1, comesBack: true },
    { brokers: 3, comesBack: false },
  ] as const)(
    'keeps its members, generation and partitions, and commits again (%o)',
    async ({ brokers, comesBack }) => {
      await using cluster = await startKafka({ brokers });
      const topic = `failover-${randomUUID()}`;
      const admin = new Kafka({ brokers: cluster.bootstrap, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      // Its own wait for leaders gives up where a broker has not heard of the topic yet.
      await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: false });
      const isLed = () =>
        admin.fetchTopicMetadata({ topics: [topic] }).then(
          ({ topics }) => topics[0]?.partitions.every(({ leader }) => leader >= 0) ?? false,
          () => false,
        );
      await until('the topic has leaders', isLed, { timeoutMs: 20_000 });
      await admin.disconnect();
      const subscription = { kind: 'topics', topics: [topic] } as const;
      const options = groupOptions({ group: topic, subscription, sessionTimeoutMs: 20_000 });
      const members = ['a', 'b'].map(() => new KafkaTestMember(cluster.bootstrap, options));
      const shared = () => members.every((member) => member.owned === 2 && member.settled);
      await until('shared', shared);
      const standing = () =>
        members.map(({ listener: { states, log } }) => ({
          state: states.at(-1),
          log: log.filter((line) => !line.startsWith('failed')),
        }));
      const before = standing();

      const coordinator = await coordinatorOf(cluster.bootstrap, topic);
      const killedAt = performance.now();
      await cluster.killBroker(coordinator);
      const noticed = ({ listener }: KafkaTestMember) => listener.errors.length > 0;
      await until('noticed', () => members.every(noticed));
      if (comesBack) await cluster.startBroker(coordinator);

      for (const member of members) {
        const commits = [0, 1, 2, 3].flatMap((partition) => member.read(topic, partition));
        const stored = async () => (await member.session.commit(commits)).length === 0;
        await until('commits are stored', stored, { timeoutMs: 60_000 });
      }
      console.log(`commits again ${Math.round(performance.now() - killedAt)} ms after the kill`);
      expect(standing()).toEqual(before);
      expect(members.flatMap(({ listener }) => listener.errors).every((e) => e.retriable)).toBe(
        true,
      );
      await Promise.all(members.map((member) => member.stop()));
    },
    120_000,
  );
});
