import {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  endTxnApi,
  fetchApi,
  initProducerIdApi,
  listOffsetsApi,
  offsetFetchApi,
  produceApi,
  txnOffsetCommitApi,
} from '../../../../src/protocol/index.ts';
import { until } from '../../until.ts';
import { commitRequest, loneMember } from '../requests.ts';
import type { Scenario, Stage } from '../stage.ts';
import { fetchRequest } from './reading.ts';

/** Markers have the time of the broker: in a segment of their own they would need a fetch of their own. */
export const oneSegment = { 'segment.ms': '9223372036854775807' };
const committedOnly = { isolationLevel: 1 };

/** As both kinds of readers see the partition once it has grown to that offset: markers come a moment after they were asked for. */
async function readBoth(stage: Stage, topic: string, endOffset: number): Promise<void> {
  await until(`${topic} ends at ${endOffset}`, async () => {
    const partitions = [{ partition: 0, timestampMs: -1 }];
    const answer = await stage.ask(listOffsetsApi, { topics: [{ topic, partitions }] }, 7);
    return answer.topics[0]?.partitions[0]?.offset === endOffset;
  });
  await stage.send(fetchApi, fetchRequest(topic), 12);
  await stage.send(fetchApi, fetchRequest(topic, {}, committedOnly), 12);
}

const topicsOf = (...topics: readonly string[]) =>
  topics.map((topic) => ({ topic, partitions: [0] }));

/** Transactional producers (KIP-98), before the second version of the protocol. */
export const transactions: readonly Scenario[] = [
  {
    name: 'a producer begins under an id, and again',
    async play(stage) {
      const wish = { transactionalId: stage.name('x'), transactionTimeoutMs: 60_000 };
      for (const version of [0, 2, 3, 4]) await stage.send(initProducerIdApi, wish, version);
    },
  },
  {
    name: 'a producer begins with a time-out that is too long, or none',
    async play(stage) {
      const transactionalId = stage.name('x');
      for (const transactionTimeoutMs of [0, -1, 900_001])
        await stage.send(initProducerIdApi, { transactionalId, transactionTimeoutMs }, 4);
    },
  },
  {
    name: 'a producer begins again with its id and epoch, a stale epoch, and an id of others',
    async play(stage) {
      const producer = await stage.producer('x');
      const wish = { transactionTimeoutMs: 60_000, ...producer };
      await stage.send(initProducerIdApi, wish, 4);
      await stage.send(initProducerIdApi, wish, 4);
      await stage.send(initProducerIdApi, wish, 3);
      const other = { ...wish, producerId: wish.producerId + 1_000_000, producerEpoch: 1 };
      await stage.send(initProducerIdApi, other, 4);
      await stage.send(initProducerIdApi, { ...wish, producerEpoch: 9 }, 4);
    },
  },
  {
    name: 'records of an open transaction, and of one that is committed',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const producer = await stage.producer('x');
      await stage.write(topic, ['before']);
      await stage.writeIn(producer, topic, ['a', 'b']);
      await stage.write(topic, ['after']);
      await readBoth(stage, topic, 4);
      for (const isolationLevel of [0, 1] as const) {
        const partitions = [{ partition: 0, timestampMs: -1 }];
        const request = { isolationLevel, topics: [{ topic, partitions }] };
        await stage.send(listOffsetsApi, request, 7);
      }
      await stage.send(endTxnApi, { ...producer, committed: true }, 3);
      await readBoth(stage, topic, 5);
    },
  },
  {
    name: 'records of a transaction that is aborted',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const producer = await stage.producer('x');
      await stage.writeIn(producer, topic, ['a', 'b']);
      await stage.write(topic, ['between']);
      await stage.send(endTxnApi, { ...producer, committed: false }, 3);
      await readBoth(stage, topic, 4);
      await stage.send(fetchApi, fetchRequest(topic, { fetchOffset: 2 }, committedOnly), 12);
      await stage.send(fetchApi, fetchRequest(topic, { fetchOffset: 4 }, committedOnly), 12);
      await stage.writeIn(producer, topic, ['c'], 2);
      await stage.send(endTxnApi, { ...producer, committed: true }, 3);
      await readBoth(stage, topic, 6);
    },
  },
  {
    name: 'two transactions side by side, one of each outcome',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const [one, other] = [await stage.producer('x'), await stage.producer('y')];
      await stage.writeIn(one, topic, ['a']);
      await stage.writeIn(other, topic, ['b']);
      await stage.send(endTxnApi, { ...one, committed: false }, 3);
      await readBoth(stage, topic, 3);
      await stage.send(endTxnApi, { ...other, committed: true }, 3);
      await readBoth(stage, topic, 4);
    },
  },
  {
    name: 'a transaction ends before it has begun, twice, and otherwise than it ended',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const producer = await stage.producer('x');
      const end = (committed: boolean, version = 3) =>
        stage.send(endTxnApi, { ...producer, committed }, version);
      await end(true);
      await end(false, 0);
      await stage.writeIn(producer, topic, ['a']);
      await end(true);
      await end(true);
      await end(false);
    },
  },
  {
    name: 'who was replaced is fenced, in the words its version knows',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const old = await stage.producer('x');
      await stage.writeIn(old, topic, ['a']);
      await stage.producer('x');
      for (const version of [1, 2, 3]) {
        const wish = { ...old, topics: topicsOf(topic) };
        await stage.send(addPartitionsToTxnApi, wish, version);
        await stage.send(addOffsetsToTxnApi, { ...old, groupId: stage.name('g') }, version);
        await stage.send(endTxnApi, { ...old, committed: true }, version);
      }
      const records = stage.batch(['b'], { ...old, baseSequence: 1, transactional: true });
      const request = {
        transactionalId: old.transactionalId,
        acks: -1,
        timeoutMs: 10_000,
        topics: [{ topic, partitions: [{ partition: 0, records }] }],
      };
      await stage.send(produceApi, request, 9);
      await readBoth(stage, topic, 2);
    },
  },
  {
    name: 'a transactional id nobody began, and a producer id of others',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const producer = await stage.producer('x');
      const unknown = { ...producer, transactionalId: stage.name('none') };
      const stranger = { ...producer, producerId: producer.producerId + 1_000_000 };
      for (const owner of [unknown, stranger]) {
        await stage.send(addPartitionsToTxnApi, { ...owner, topics: topicsOf(topic) }, 3);
        await stage.send(addOffsetsToTxnApi, { ...owner, groupId: stage.name('g') }, 3);
        await stage.send(endTxnApi, { ...owner, committed: true }, 3);
      }
      const nobody = { ...producer, transactionalId: '' };
      await stage.send(endTxnApi, { ...nobody, committed: true }, 3);
    },
  },
  {
    name: 'partitions that do not exist are added to a transaction',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const producer = await stage.producer('x');
      const topics = topicsOf(topic, stage.name('none'));
      await stage.send(addPartitionsToTxnApi, { ...producer, topics }, 3);
      const strange = [{ topic, partitions: [0, 7] }];
      await stage.send(addPartitionsToTxnApi, { ...producer, topics: strange }, 3);
      await stage.send(addPartitionsToTxnApi, { ...producer, topics: [] }, 3);
      await stage.send(endTxnApi, { ...producer, committed: true }, 3);
    },
  },
  {
    name: 'a transactional batch for a partition that was not announced',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      const producer = await stage.producer('x');
      const send = (partition: number) => {
        const records = stage.batch(['a'], { ...producer, baseSequence: 0, transactional: true });
        const topics = [{ topic, partitions: [{ partition, records }] }];
        const { transactionalId } = producer;
        return stage.send(produceApi, { transactionalId, acks: -1, timeoutMs: 10_000, topics }, 9);
      };
      await send(0);
      await stage.ask(addPartitionsToTxnApi, { ...producer, topics: topicsOf(topic) }, 3);
      await send(0);
      await send(1);
      await stage.send(endTxnApi, { ...producer, committed: true }, 3);
    },
  },
  {
    name: 'offsets committed in a transaction count when it is committed',
    async play(stage) {
      const groupId = stage.name('g');
      const topic = await stage.topic('t', 1, oneSegment);
      const producer = await stage.producer('x');
      const read = (requireStable: boolean) => {
        const request = { groupId, topics: topicsOf(topic), requireStable };
        return stage.send(offsetFetchApi, request, 8);
      };
      const commit = { ...producer, ...commitRequest(groupId, { [topic]: 5 }) };
      await stage.send(addOffsetsToTxnApi, { ...producer, groupId }, 3);
      await stage.send(txnOffsetCommitApi, commit, 3);
      await read(false);
      await read(true);
      await stage.send(endTxnApi, { ...producer, committed: true }, 3);
      await until('the offset is committed', async () => {
        const request = { groupId, topics: topicsOf(topic), requireStable: true };
        const { topics } = await stage.ask(offsetFetchApi, request, 8);
        return topics[0]?.partitions[0]?.errorCode === 0;
      });
      await read(true);
    },
  },
  {
    name: 'offsets committed in a transaction that is aborted do not count',
    async play(stage) {
      const groupId = stage.name('g');
      const topic = await stage.topic('t', 1, oneSegment);
      const producer = await stage.producer('x');
      const commit = { ...producer, ...commitRequest(groupId, { [topic]: 5 }) };
      await stage.ask(addOffsetsToTxnApi, { ...producer, groupId }, 3);
      await stage.send(txnOffsetCommitApi, commit, 0);
      await stage.send(endTxnApi, { ...producer, committed: false }, 3);
      const request = { groupId, topics: topicsOf(topic), requireStable: true };
      await until('the transaction has ended', async () => {
        const { topics } = await stage.ask(offsetFetchApi, request, 8);
        return topics[0]?.partitions[0]?.errorCode === 0;
      });
      await stage.send(offsetFetchApi, request, 8);
    },
  },
  {
    name: 'offsets are committed in a transaction by members, strangers and other generations',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const member = await loneMember(stage, 'g');
      const { groupId } = member;
      const producer = await stage.producer('x');
      const commit = (over: object, version = 3) =>
        stage.send(
          txnOffsetCommitApi,
          { ...producer, ...commitRequest(groupId, { [topic]: 5 }, over) },
          version,
        );
      await stage.send(addOffsetsToTxnApi, { ...producer, groupId }, 3);
      await commit(member);
      await commit({ ...member, generationId: 7 });
      await commit({ ...member, memberId: 'stranger' });
      await commit({ memberId: 'stranger' });
      await commit({});
      await commit({}, 2);
      await commit({ ...member, groupInstanceId: 'two' });
      await commit({
        topics: [
          { topic: stage.name('none'), partitions: [{ partition: 0, offset: 1, metadata: null }] },
        ],
      });
      const none = stage.name('none');
      await stage.send(addOffsetsToTxnApi, { ...producer, groupId: none }, 3);
      await commit({ generationId: 1, memberId: 'm', groupId: none });
      await stage.send(endTxnApi, { ...producer, committed: false }, 3);
    },
  },
  {
    name: 'who begins again ends what was left open',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const old = await stage.producer('x');
      await stage.writeIn(old, topic, ['a']);
      const { transactionalId } = old;
      await stage.send(initProducerIdApi, { transactionalId, transactionTimeoutMs: 60_000 }, 4);
      await readBoth(stage, topic, 2);
    },
  },
  {
    name: 'a transaction that lasts too long is aborted, and its producer fenced',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const producer = await stage.producer('x', 2_000);
      await stage.writeIn(producer, topic, ['a']);
      await until('the transaction is aborted', async () => {
        const request = fetchRequest(topic, { fetchOffset: 1 });
        const { topics } = await stage.ask(fetchApi, request, 12);
        return (topics[0]?.partitions[0]?.records?.length ?? 0) > 0;
      });
      await stage.send(endTxnApi, { ...producer, committed: true }, 3);
      await stage.send(endTxnApi, { ...producer, committed: true }, 1);
      await readBoth(stage, topic, 2);
      const wish = { transactionTimeoutMs: 60_000, ...producer };
      await stage.send(initProducerIdApi, wish, 4);
    },
  },
];
