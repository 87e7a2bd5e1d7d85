import {
  createPartitionsApi,
  createTopicsApi,
  deleteTopicsApi,
  metadataApi,
  type NewTopic,
} from '../../../../src/protocol/index.ts';
import type { Scenario, Stage } from '../stage.ts';

function create(stage: Stage, wish: Partial<NewTopic>, version = 7, validateOnly = false) {
  const topic = { topic: stage.name('t'), partitions: 1, replicationFactor: 1, ...wish };
  return stage.send(createTopicsApi, { topics: [topic], timeoutMs: 10_000, validateOnly }, version);
}

const settings = (configs: Readonly<Record<string, string | null>>) =>
  Object.entries(configs).map(([name, value]) => ({ name, value }));

/** Topics are made, grown, looked up and deleted. */
export const topics: readonly Scenario[] = [
  {
    name: 'a topic is made in all versions, and once more',
    async play(stage) {
      for (const version of [2, 3, 4, 5, 7]) {
        await create(stage, { topic: stage.name(`t${version}`), partitions: 2 }, version);
        await create(stage, { topic: stage.name(`t${version}`), partitions: 2 }, version);
      }
    },
  },
  {
    name: 'topics with the numbers the broker thinks right',
    async play(stage) {
      await create(stage, { partitions: -1, replicationFactor: -1 });
    },
  },
  {
    name: 'topics with names that are not legal',
    async play(stage) {
      for (const topic of ['', '.', '..', 'A b', 'A/b', 'Ä', 'X'.repeat(250)])
        await create(stage, { topic });
    },
  },
  {
    name: 'two topics whose names differ in a dot and an underscore',
    async play(stage) {
      await create(stage, { topic: stage.name('a.b') });
      await create(stage, { topic: stage.name('a_b') });
    },
  },
  {
    name: 'topics with strange numbers of partitions and replicas',
    async play(stage) {
      for (const partitions of [0, -2]) await create(stage, { partitions });
      for (const replicationFactor of [0, -2, 2]) await create(stage, { replicationFactor });
    },
  },
  {
    name: 'topics with replicas on named brokers',
    async play(stage) {
      const on = (...brokers: readonly (readonly number[])[]) => ({
        partitions: -1,
        replicationFactor: -1,
        assignments: brokers.map((brokerIds, partition) => ({ partition, brokerIds })),
      });
      await create(stage, { topic: stage.name('good'), ...on([1], [1]) });
      await create(stage, on([7]));
      await create(stage, on([1, 1]));
      await create(stage, on([]));
      await create(stage, { ...on([1]), partitions: 1 });
      await create(stage, { ...on([1]), replicationFactor: 1 });
      const gap = [{ partition: 1, brokerIds: [1] }];
      await create(stage, { partitions: -1, replicationFactor: -1, assignments: gap });
    },
  },
  {
    name: 'topics with settings that are unknown or wrong',
    async play(stage) {
      await create(stage, { configs: settings({ 'no.such.thing': '1' }) });
      await create(stage, { configs: settings({ 'retention.ms': 'long' }) });
      await create(stage, { configs: settings({ 'retention.ms': null }) });
      await create(stage, { configs: settings({ 'retention.ms': '-2' }) });
      await create(stage, { configs: settings({ 'max.message.bytes': '-1' }) });
      await create(stage, { configs: settings({ 'cleanup.policy': 'burn' }) });
      await create(stage, { configs: settings({ 'message.timestamp.type': 'Never' }) });
      await create(stage, { configs: settings({ 'compression.type': 'zip' }) });
      await create(stage, { configs: settings({ 'segment.bytes': '5' }) });
      await create(stage, { configs: settings({ 'min.cleanable.dirty.ratio': '2' }) });
      await create(stage, { configs: settings({ preallocate: 'perhaps' }) });
      await create(stage, { configs: settings({ 'cleanup.policy': 'compact,delete' }) }, 2);
    },
  },
  {
    name: 'a topic is only checked',
    async play(stage) {
      await create(stage, {}, 7, true);
      await create(stage, { partitions: 0 }, 7, true);
      await stage.send(metadataApi, { topics: [stage.name('t')] }, 12);
    },
  },
  {
    name: 'the same topic twice in a request, beside another',
    async play(stage) {
      const wish = (topic: string) => ({ topic, partitions: 1, replicationFactor: 1 });
      const wanted = [stage.name('t'), stage.name('t'), stage.name('u')].map(wish);
      await stage.send(createTopicsApi, { topics: wanted, timeoutMs: 10_000 }, 7);
    },
  },
  {
    name: 'topics are deleted, and ones that do not exist',
    async play(stage) {
      for (const version of [1, 4, 5]) {
        const wanted = [await stage.topic(`t${version}`), stage.name('none')];
        await stage.send(deleteTopicsApi, { topics: wanted, timeoutMs: 10_000 }, version);
        await stage.topicIsGone(stage.name(`t${version}`));
      }
      await stage.send(deleteTopicsApi, { topics: [''], timeoutMs: 10_000 }, 5);
    },
  },
  {
    name: 'topics grow, and do not shrink',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      const grow = (count: number, over: object = {}, version = 3) =>
        stage.send(
          createPartitionsApi,
          { topics: [{ topic, count, ...over }], timeoutMs: 10_000 },
          version,
        );
      for (const count of [1, 2, 0, -1]) await grow(count);
      await grow(3, { assignments: [[1], [1]] });
      await grow(3, { assignments: [[7]] });
      await grow(3, { topic: stage.name('none') });
      const check = { topics: [{ topic, count: 4 }], timeoutMs: 10_000, validateOnly: true };
      await stage.send(createPartitionsApi, check, 3);
      await grow(3, { assignments: [[1]] });
      await grow(4, {}, 0);
      await stage.topicIsLed(topic, 4);
      await stage.send(metadataApi, { topics: [topic] }, 12);
    },
  },
  {
    name: 'metadata of topics in all versions, of unknown ones, and of none',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      for (const version of [1, 2, 4, 5, 7, 8, 9, 10, 11, 12])
        await stage.send(metadataApi, { topics: [topic, stage.name('none')] }, version);
      await stage.send(metadataApi, { topics: [] }, 12);
      await stage.send(metadataApi, { topics: null }, 12);
    },
  },
  {
    name: 'metadata of topics with names that are not legal',
    async play(stage) {
      for (const topic of ['A b', '..', 'X'.repeat(250)])
        for (const allowAutoTopicCreation of [false, true])
          await stage.send(metadataApi, { topics: [topic], allowAutoTopicCreation }, 12);
    },
  },
  {
    name: 'a topic may be made by asking for it, and the broker does not want that',
    async play(stage) {
      const wanted = [stage.name('none')];
      await stage.send(metadataApi, { topics: wanted, allowAutoTopicCreation: true }, 12);
      await stage.send(metadataApi, { topics: wanted }, 3);
    },
  },
];
