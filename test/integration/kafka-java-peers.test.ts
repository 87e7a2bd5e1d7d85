import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cooperativeSticky, range, roundRobin, sticky } from '../../src/assignors/index.ts';
import { groupOptions } from '../support/group-options.ts';
import { JavaGroupMember, javaClient } from '../support/java-group-member.ts';
import { KafkaTestMember } from '../support/kafka-test-member.ts';
import { describeKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

const java = javaClient();
const partitions = [0, 1, 2, 3, 4, 5];

const name = 'A group shared with Java members';
const skipped = 'missing' in java;

describe.skipIf(skipped)(skipped ? `${name} (no Java client: ${java.missing})` : name, () => {
  const jars = 'jars' in java ? java.jars : '';

  describeKafka('on a real Kafka', ({ bootstrap }) => {
    const client = new Kafka({ brokers: [...bootstrap], logLevel: logLevel.NOTHING });
    const admin = client.admin();
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });

    beforeAll(async () => {
      await admin.connect();
      await producer.connect();
    });

    afterAll(async () => {
      await admin.disconnect();
      await producer.disconnect();
    });

    it.each([
      [cooperativeSticky, 'ours'],
      [cooperativeSticky, 'Java'],
      [range, 'ours'],
      [range, 'Java'],
      [roundRobin, 'ours'],
      [sticky, 'ours'],
      [sticky, 'Java'],
    ] as const)(
      '$name: hands over both ways, nothing missed and nothing repeated, led by $1',
      async (assignor, first) => {
        const topic = `java-${assignor.name}-${randomUUID()}`;
        await admin.createTopics({ topics: [{ topic, numPartitions: 6 }], waitForLeaders: true });
        const subscription = { kind: 'topics', topics: [topic] } as const;
        const options = groupOptions({ group: topic, subscription, assignors: [assignor] });
        const joinOurs = () => new KafkaTestMember(bootstrap, options);
        const joinJava = () => new JavaGroupMember(jars, bootstrap, topic, assignor.name);
        const written: string[] = [];
        const writeSome = async () => {
          const messages = partitions.map((partition) => {
            const value = `${partition}/${written.length}`;
            written.push(value);
            return { partition, value };
          });
          await producer.send({ topic, messages });
        };

        const ours = first === 'ours' ? joinOurs() : undefined;
        const early = first === 'Java' ? joinJava() : undefined;
        await until('the first has all', () => (ours?.owned ?? early?.owned.size) === 6);
        await writeSome();
        const second = ours ?? joinOurs();
        const peer = early ?? joinJava();
        const halves = () => second.owned === 3 && peer.owned.size === 3;
        const readSoFar = () => [...second.listener.values(), ...peer.values].sort();
        await until('halves', halves);
        await writeSome();
        await until('all is read', () => readSoFar().length >= written.length);
        const third = joinOurs();
        const thirds = () => second.owned === 2 && peer.owned.size === 2 && third.owned === 2;
        await until('thirds', thirds);
        await writeSome();
        const readByAll = () => [...readSoFar(), ...third.listener.values()].sort();
        await until('all is read', () => readByAll().length >= written.length);
        await peer.stop();
        await until('halves again', () => second.owned === 3 && third.owned === 3);
        await writeSome();
        await until('all is read', () => readByAll().length >= written.length);

        expect(readByAll()).toEqual([...written].sort());
        expect([...second.failures, ...third.failures]).toEqual([]);
        expect(second.listener.states.at(-1)?.assignor).toBe(assignor.name);
        await Promise.all([second.stop(), third.stop()]);
      },
      90_000,
    );
  });
});
