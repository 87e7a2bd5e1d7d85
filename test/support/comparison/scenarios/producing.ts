import { initProducerIdApi, listOffsetsApi, produceApi } from '../../../../src/protocol/index.ts';
import type { Scenario, Stage } from '../stage.ts';

const RECORDS_AT = 61;

/** One batch for one partition. */
function request(topic: string, records: Buffer, over: object = {}, partition = 0) {
  const topics = [{ topic, partitions: [{ partition, records }] }];
  return { acks: -1, timeoutMs: 10_000, topics, ...over };
}

async function idempotent(stage: Stage) {
  const wish = { transactionalId: null, transactionTimeoutMs: 60_000 };
  const { producerId, producerEpoch } = await stage.ask(initProducerIdApi, wish, 4);
  return { producerId, producerEpoch };
}

/** What becomes of batches. */
export const producing: readonly Scenario[] = [
  {
    name: 'batches are taken in all versions',
    async play(stage) {
      const topic = await stage.topic('t');
      for (const version of [3, 5, 7, 8, 9, 10])
        await stage.send(produceApi, request(topic, stage.batch(['a', 'b'])), version);
      await stage.send(produceApi, request(topic, stage.batch(['a']), { acks: 1 }), 9);
    },
  },
  {
    name: 'batches for topics and partitions that do not exist',
    async play(stage) {
      const topic = await stage.topic('t');
      const records = stage.batch(['a']);
      for (const version of [3, 9])
        await stage.send(produceApi, request(stage.name('none'), records), version);
      for (const partition of [1, -1])
        await stage.send(produceApi, request(topic, records, {}, partition), 9);
    },
  },
  {
    name: 'a wish for acknowledgements there are none of',
    async play(stage) {
      const topic = await stage.topic('t');
      await stage.send(produceApi, request(topic, stage.batch(['a']), { acks: 2 }), 9);
      await stage.send(produceApi, request(topic, stage.batch(['a']), { acks: -2 }), 3);
    },
  },
  {
    name: 'damaged batches',
    async play(stage) {
      const topic = await stage.topic('t');
      const damaged = (change: (bytes: Buffer) => void): Buffer => {
        const bytes = Buffer.from(stage.batch(['a', 'b']));
        change(bytes);
        return bytes;
      };
      const send = (records: Buffer) => stage.send(produceApi, request(topic, records), 9);
      await send(damaged((bytes) => bytes.writeUInt8(1, RECORDS_AT + 3)));
      await send(damaged((bytes) => bytes.writeUInt32BE(7, 17)));
      await send(damaged((bytes) => bytes.writeBigInt64BE(5n, 0)));
      await send(stage.batch(['a']).subarray(0, 40));
      await send(Buffer.alloc(0));
    },
  },
  {
    name: 'two batches for one partition in a request',
    async play(stage) {
      const topic = await stage.topic('t');
      const both = Buffer.concat([stage.batch(['a']), stage.batch(['b'])]);
      await stage.send(produceApi, request(topic, both), 9);
    },
  },
  {
    name: 'a batch that is too large',
    async play(stage) {
      const topic = await stage.topic('t', 1, { 'max.message.bytes': '500' });
      await stage.send(produceApi, request(topic, stage.batch(['x'.repeat(600)])), 9);
      await stage.send(produceApi, request(topic, stage.batch(['x'.repeat(300)])), 9);
    },
  },
  {
    name: 'a record without a key for a topic that is compacted',
    async play(stage) {
      const topic = await stage.topic('t', 1, { 'cleanup.policy': 'compact' });
      await stage.send(produceApi, request(topic, stage.batch(['a', 'b'])), 9);
      await stage.send(produceApi, request(topic, stage.batch(['a'])), 7);
    },
  },
  {
    name: 'a topic with the time of the log',
    async play(stage) {
      const topic = await stage.topic('t', 1, { 'message.timestamp.type': 'LogAppendTime' });
      await stage.send(produceApi, request(topic, stage.batch(['a'])), 9);
      const partitions = [{ partition: 0, timestampMs: -3 }];
      await stage.send(listOffsetsApi, { topics: [{ topic, partitions }] }, 7);
    },
  },
  {
    name: 'producer ids are given, and epochs counted on',
    async play(stage) {
      const wish = { transactionalId: null, transactionTimeoutMs: 60_000 };
      for (const version of [0, 2, 3]) await stage.send(initProducerIdApi, wish, version);
      const given = await stage.send(initProducerIdApi, wish, 4);
      const { producerId, producerEpoch } = given;
      await stage.send(initProducerIdApi, { ...wish, producerId, producerEpoch }, 4);
      await stage.send(initProducerIdApi, { ...wish, transactionTimeoutMs: 0 }, 4);
      await stage.send(initProducerIdApi, { ...wish, transactionalId: '' }, 4);
    },
  },
  {
    name: 'an idempotent producer repeats a batch, and leaves one out',
    async play(stage) {
      const topic = await stage.topic('t');
      const producer = await idempotent(stage);
      const send = (baseSequence: number, ...values: readonly string[]) =>
        stage.send(
          produceApi,
          request(topic, stage.batch(values, { ...producer, baseSequence })),
          9,
        );
      await send(0, 'a', 'b');
      await send(2, 'c');
      await send(0, 'a', 'b');
      await send(4, 'e');
      await send(3, 'd');
      await send(2, 'c');
      await send(1, 'b');
    },
  },
  {
    name: 'a repetition is known as long as five newer batches have not come',
    async play(stage) {
      const topic = await stage.topic('t');
      const producer = await idempotent(stage);
      const send = (baseSequence: number) =>
        stage.send(
          produceApi,
          request(topic, stage.batch(['x'], { ...producer, baseSequence })),
          9,
        );
      for (const baseSequence of [0, 1, 2, 3, 4, 5]) await send(baseSequence);
      await send(1);
      await send(0);
    },
  },
  {
    name: 'an idempotent producer begins anywhere, and goes on with another epoch',
    async play(stage) {
      const topic = await stage.topic('t');
      const producer = await idempotent(stage);
      const send = (producerEpoch: number, baseSequence: number) => {
        const stamp = { ...producer, producerEpoch, baseSequence };
        return stage.send(produceApi, request(topic, stage.batch(['x'], stamp)), 9);
      };
      await send(0, 7);
      await send(1, 5);
      await send(1, 0);
      await send(0, 8);
      await send(0, 0);
    },
  },
];
