import { listOffsetsApi, metadataApi, produceApi } from '../../../../src/protocol/index.ts';
import { until } from '../../until.ts';
import type { Scenario, Stage } from '../stage.ts';

/** The first answer may be that the topic is being made; then clients ask again. */
async function untilMade(stage: Stage, topic: string): Promise<void> {
  await until(`${topic} is made`, async () => {
    const { topics } = await stage.ask(metadataApi, { topics: [topic] }, 12);
    return topics[0]?.errorCode === 0;
  });
}

/** Topics that are made by asking for them, where the broker wants that. */
export const autoCreation: readonly Scenario[] = [
  {
    name: 'a topic is made by asking for it, when the client wishes so',
    async play(stage) {
      const topics = [stage.name('t')];
      await stage.send(metadataApi, { topics, allowAutoTopicCreation: false }, 12);
      await stage.ask(metadataApi, { topics, allowAutoTopicCreation: true }, 12);
      await untilMade(stage, topics[0] ?? '');
      await stage.send(metadataApi, { topics, allowAutoTopicCreation: false }, 12);
    },
  },
  {
    name: 'before version 4 asking is wishing',
    async play(stage) {
      const topics = [stage.name('t')];
      await stage.ask(metadataApi, { topics }, 3);
      await untilMade(stage, topics[0] ?? '');
      await stage.send(metadataApi, { topics }, 3);
    },
  },
  {
    name: 'a topic whose name is not legal is not made',
    async play(stage) {
      const topics = ['A b', '..', 'X'.repeat(250)];
      await stage.send(metadataApi, { topics, allowAutoTopicCreation: true }, 12);
    },
  },
  {
    name: 'writing to a topic and looking for its offsets does not make it',
    async play(stage) {
      const topic = stage.name('t');
      const partitions = [{ partition: 0, records: stage.batch(['a']) }];
      const topics = [{ topic, partitions }];
      await stage.send(produceApi, { acks: -1, timeoutMs: 1_000, topics }, 9);
      const wanted = [{ topic, partitions: [{ partition: 0, timestampMs: -1 }] }];
      await stage.send(listOffsetsApi, { topics: wanted }, 7);
      await stage.send(metadataApi, { topics: [topic] }, 12);
    },
  },
];
