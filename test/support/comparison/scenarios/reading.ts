import {
  deleteRecordsApi,
  fetchApi,
  listOffsetsApi,
  offsetForLeaderEpochApi,
} from '../../../../src/protocol/index.ts';
import { type Scenario, START_MS, type Stage } from '../stage.ts';

interface Wish {
  readonly fetchOffset?: number;
  readonly partition?: number;
  readonly maxBytes?: number;
  readonly currentLeaderEpoch?: number;
  readonly lastFetchedEpoch?: number;
}

/** One partition; an answer is wanted at once. */
export function fetchRequest(topic: string, wish: Wish = {}, over: object = {}) {
  const partition = { partition: 0, fetchOffset: 0, maxBytes: 1 << 20, ...wish };
  const topics = [{ topic, partitions: [partition] }];
  return { maxWaitMs: 100, minBytes: 1, maxBytes: 1 << 20, topics, ...over };
}

function list(
  stage: Stage,
  topic: string,
  timestampMs: number,
  version: number,
  over: object = {},
) {
  const partitions = [{ partition: 0, timestampMs, ...over }];
  return stage.send(listOffsetsApi, { topics: [{ topic, partitions }] }, version);
}

/** Fetches and lookups of offsets. */
export const reading: readonly Scenario[] = [
  {
    name: 'records are fetched in all versions',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.write(topic, ['a', 'b']);
      await stage.write(topic, ['c']);
      for (const version of [4, 5, 7, 9, 11, 12])
        await stage.send(fetchApi, fetchRequest(topic), version);
      await stage.send(fetchApi, fetchRequest(topic, { fetchOffset: 1 }), 12);
    },
  },
  {
    name: 'fetches at the end of the log, behind it and in front of it',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.write(topic, ['a', 'b']);
      for (const fetchOffset of [2, 3, -1])
        await stage.send(fetchApi, fetchRequest(topic, { fetchOffset }), 12);
    },
  },
  {
    name: 'fetches from topics and partitions that do not exist',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.send(fetchApi, fetchRequest(stage.name('none')), 4);
      await stage.send(fetchApi, fetchRequest(stage.name('none')), 12);
      for (const partition of [1, -1])
        await stage.send(fetchApi, fetchRequest(topic, { partition }), 12);
    },
  },
  {
    name: 'the first batch comes whole, however little is asked for',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.write(topic, ['x'.repeat(500)]);
      await stage.write(topic, ['y'.repeat(500)]);
      await stage.send(fetchApi, fetchRequest(topic, { maxBytes: 10 }), 12);
      await stage.send(fetchApi, fetchRequest(topic, {}, { maxBytes: 10 }), 12);
      await stage.send(fetchApi, fetchRequest(topic, { maxBytes: 0 }), 12);
    },
  },
  {
    name: 'a fetch that is told to wait for more than there is',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.write(topic, ['a']);
      await stage.send(fetchApi, fetchRequest(topic, {}, { minBytes: 10_000 }), 12);
    },
  },
  {
    name: 'fetches that believe in other leader epochs',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.write(topic, ['a']);
      for (const currentLeaderEpoch of [0, 1, -1])
        await stage.send(fetchApi, fetchRequest(topic, { currentLeaderEpoch }), 12);
      await stage.send(fetchApi, fetchRequest(topic, { lastFetchedEpoch: 0, fetchOffset: 1 }), 12);
      await stage.send(fetchApi, fetchRequest(topic, { lastFetchedEpoch: 5, fetchOffset: 1 }), 12);
    },
  },
  {
    name: 'fetches of sessions that do not exist',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.send(fetchApi, fetchRequest(topic, {}, { sessionId: 1, sessionEpoch: 1 }), 12);
      await stage.send(fetchApi, fetchRequest(topic, {}, { sessionId: 0, sessionEpoch: 1 }), 12);
    },
  },
  {
    name: 'offsets are listed: first, last, newest time, and by time',
    async play(stage) {
      const topic = await stage.topic('t');
      for (const timestampMs of [-2, -1, -3]) await list(stage, topic, timestampMs, 7);
      await stage.write(topic, ['a', 'b', 'c']);
      for (const version of [1, 2, 4, 6, 7]) {
        await list(stage, topic, -2, version);
        await list(stage, topic, -1, version);
      }
      await list(stage, topic, -3, 7);
      for (const since of [-1, 0, 1, 1_000, 1_001, 2_001])
        await list(stage, topic, START_MS + since, 7);
      await list(stage, topic, 0, 7);
      await list(stage, topic, -9, 7);
    },
  },
  {
    name: 'offsets of partitions that do not exist, and of other leader epochs',
    async play(stage) {
      const topic = await stage.topic('t');
      await list(stage, stage.name('none'), -1, 1);
      await list(stage, stage.name('none'), -1, 7);
      for (const partition of [1, -1]) await list(stage, topic, -1, 7, { partition });
      for (const currentLeaderEpoch of [0, 1])
        await list(stage, topic, -1, 7, { currentLeaderEpoch });
    },
  },
  {
    name: 'records are deleted',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.write(topic, ['a', 'b', 'c']);
      const remove = (offset: number, partition = 0, name = topic) => {
        const topics = [{ topic: name, partitions: [{ partition, offset }] }];
        return stage.send(deleteRecordsApi, { topics, timeoutMs: 10_000 }, 2);
      };
      await remove(2);
      await remove(1);
      await list(stage, topic, -2, 7);
      await list(stage, topic, START_MS, 7);
      await stage.send(fetchApi, fetchRequest(topic, { fetchOffset: 1 }), 12);
      await stage.send(fetchApi, fetchRequest(topic, { fetchOffset: 2 }), 12);
      await remove(4);
      await remove(-1);
      await remove(-2);
      await remove(1, 7);
      await remove(1, 0, stage.name('none'));
      await stage.send(fetchApi, fetchRequest(topic, { fetchOffset: 3 }), 12);
    },
  },
  {
    name: 'ends of leader epochs',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.write(topic, ['a', 'b']);
      const ask = (leaderEpoch: number, over: object = {}, name = topic) => {
        const partitions = [{ partition: 0, leaderEpoch, ...over }];
        return stage.send(offsetForLeaderEpochApi, { topics: [{ topic: name, partitions }] }, 4);
      };
      await ask(0);
      await ask(1);
      await ask(-1);
      await ask(0, { currentLeaderEpoch: 1 });
      await ask(0, { partition: 7 });
      await ask(0, {}, stage.name('none'));
    },
  },
];
