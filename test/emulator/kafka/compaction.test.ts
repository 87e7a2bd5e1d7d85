import { afterAll, expect, it } from 'vitest';
import { kafka } from '../../../src/backends/kafka/index.ts';
import { createApp, silentLogger, stopPartition } from '../../../src/core/index.ts';
import { kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { realTarget } from '../../support/real-target.ts';
import { until } from '../../support/until.ts';

const broker = await kafkaBroker({ topics: ['compacted'] });
afterAll(() => broker.close());

function open() {
  const backend = kafka({ brokers: [broker.bootstrap] });
  const { system } = realTarget(backend);
  return createApp({ backend, clientId: 'test', logger: silentLogger }, system);
}

/** Handles until the last record is there, in a group of its own or one that has committed. */
async function handled(group: string, last: string): Promise<string[]> {
  await using app = open();
  const seen: string[] = [];
  app.consume('compacted', {
    group,
    onError: stopPartition(),
    handle: (_, { record }) => {
      seen.push(`${record.offset} ${record.key}=${record.value ?? 'gone'}`);
    },
  });
  await app.start();
  await until(`${last} is handled`, () => seen.at(-1) === last);
  await app.stop();
  await using later = open();
  const [position] = await later.admin().committed(group, ['compacted']);
  expect(position?.offset).toBe(broker.state.topics[0]?.partitions[0]?.endOffset);
  return seen;
}

it('a group reads over the gaps of compaction, commits behind them, and goes on when they grow', async () => {
  await using app = open();
  const producer = app.producer();
  const write = (...pairs: [key: string, value: string | null][]) =>
    Promise.all(pairs.map(([key, value]) => producer.send('compacted', { key, value })));
  await write(['a', '1'], ['b', '1'], ['c', '1'], ['a', '2']);
  await write(['b', '2'], ['b', '3']);
  await write(['c', null], ['a', '3']);
  expect(broker.compact('compacted')).toBe(5);
  expect(await handled('first', '7 a=3')).toEqual(['5 b=3', '6 c=gone', '7 a=3']);
  await write(['a', '4'], ['a', '5']);
  expect(broker.compact('compacted')).toBe(2);
  expect(await handled('first', '9 a=5')).toEqual(['9 a=5']);
  expect(await handled('second', '9 a=5')).toEqual(['5 b=3', '6 c=gone', '9 a=5']);
  expect(() => broker.compact('unknown')).toThrow("There is no topic 'unknown' to compact");
});
