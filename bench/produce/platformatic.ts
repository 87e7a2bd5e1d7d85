import { ProduceAcks, Producer } from '@platformatic/kafka';
import { readTask } from '../support/task.ts';
import { work } from './work.ts';

const producer = new Producer({
  clientId: 'bench',
  bootstrapBrokers: [...readTask().bootstrap],
});
await work((topic, records) =>
  producer.send({
    messages: records.map(({ key, value }) => ({ topic, key: Buffer.from(key), value })),
    acks: ProduceAcks.LEADER,
  }),
);
await producer.close();
