import {
  describeProducersApi,
  describeTransactionsApi,
  endTxnApi,
  initProducerIdApi,
  listTransactionsApi,
} from '../../../../src/protocol/index.ts';
import { until } from '../../until.ts';
import type { Scenario, Stage } from '../stage.ts';
import { oneSegment } from './transactions.ts';

function describe(stage: Stage, ...ids: readonly string[]) {
  const transactionalIds = ids.map((id) => stage.name(id));
  return stage.send(describeTransactionsApi, { transactionalIds }, 0);
}

/** Markers are written a moment after the end was acknowledged. */
async function untilState(stage: Stage, id: string, state: string): Promise<void> {
  await until(`${id} is ${state}`, async () => {
    const request = { transactionalIds: [stage.name(id)] };
    const { transactions } = await stage.ask(describeTransactionsApi, request, 0);
    return transactions[0]?.state === state;
  });
}

/** Transactions and producers seen from outside. */
export const transactionAdmin: readonly Scenario[] = [
  {
    name: 'a transaction is described from its beginning to both of its ends',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      await describe(stage, 'x');
      const producer = await stage.producer('x');
      await describe(stage, 'x');
      await stage.writeIn(producer, topic, ['a']);
      await describe(stage, 'x', 'none');
      await stage.send(endTxnApi, { ...producer, committed: true }, 3);
      await untilState(stage, 'x', 'CompleteCommit');
      await describe(stage, 'x');
      await stage.writeIn(producer, topic, ['b'], 1);
      await stage.send(endTxnApi, { ...producer, committed: false }, 3);
      await untilState(stage, 'x', 'CompleteAbort');
      await describe(stage, 'x');
      await stage.send(describeTransactionsApi, { transactionalIds: [''] }, 0);
    },
  },
  {
    name: 'transactions are listed by state, producer, age and pattern',
    async play(stage) {
      const topic = await stage.topic('t', 1, oneSegment);
      const open = await stage.producer('open');
      await stage.producer('idle');
      await stage.writeIn(open, topic, ['a']);
      const list = (request: object, version = 2) =>
        stage.send(listTransactionsApi, request, version);
      await list({}, 0);
      await list({}, 1);
      await list({ states: ['Ongoing'] });
      await list({ states: ['Empty', 'Odd', 'ongoing'] });
      await list({ producerIds: [open.producerId] });
      await list({ longerThanMs: 3_600_000 });
      await list({ longerThanMs: 0, states: ['Empty'] });
      await list({ idPattern: `${stage.name('')}o.*` });
      await list({ idPattern: 'o' });
      await list({ idPattern: '[' });
      await stage.send(endTxnApi, { ...open, committed: true }, 3);
    },
  },
  {
    name: 'producers of partitions are described',
    async play(stage) {
      const topic = await stage.topic('t', 2, oneSegment);
      const topics = [{ topic, partitions: [0, 1, 7] }];
      const none = [{ topic: stage.name('none'), partitions: [0] }];
      await stage.send(describeProducersApi, { topics: none }, 0);
      await stage.send(describeProducersApi, { topics }, 0);
      const producer = await stage.producer('x');
      await stage.write(topic, ['nobody']);
      await stage.writeIn(producer, topic, ['a', 'b']);
      await stage.send(describeProducersApi, { topics }, 0);
      await stage.send(endTxnApi, { ...producer, committed: true }, 3);
      await untilState(stage, 'x', 'CompleteCommit');
      await stage.send(describeProducersApi, { topics }, 0);
      const wish = { transactionTimeoutMs: 60_000, ...producer };
      const next = await stage.send(initProducerIdApi, wish, 4);
      const { producerId, producerEpoch } = next;
      await stage.writeIn({ ...producer, producerId, producerEpoch }, topic, ['c']);
      await stage.send(describeProducersApi, { topics }, 0);
    },
  },
];
