import { partita } from 'partita';
import { kafka } from 'partita/kafka';
import { broker } from 'partita/testing';

/** Topics with their partition counts. */
export type Topics = Readonly<Record<string, number>>;

/** A Kafka that has the topics of an example. */
export interface OpenKafka extends AsyncDisposable {
  readonly brokers: string[];
}

/** Kafka at `KAFKA_BROKERS`, where the topics are made and in the end deleted; else an embedded broker. */
export async function openKafka(topics: Topics): Promise<OpenKafka> {
  const given = process.env.KAFKA_BROKERS;
  if (given) return onYours(given.split(','), topics);
  const list = Object.entries(topics).map(([name, partitions]) => ({ name, partitions }));
  const local = await broker({ topics: list });
  return { brokers: [...local.kafka.brokers], [Symbol.asyncDispose]: () => local.close() };
}

async function onYours(brokers: string[], topics: Topics): Promise<OpenKafka> {
  await using opening = new AsyncDisposableStack();
  const app = opening.use(partita({ backend: kafka({ brokers }) }));
  const admin = app.admin();
  for (const { topic } of await admin.topics())
    if (topic in topics)
      throw new Error(
        `The topic ${topic} is there already. Examples make their topics and delete them at their end; one that was interrupted leaves them: npx partita topics delete ${topic} --yes --brokers ${brokers}`,
      );
  for (const [topic, partitions] of Object.entries(topics)) {
    await admin.createTopic({ topic, partitions });
    opening.defer(() => admin.deleteTopic(topic));
  }
  const opened = opening.move();
  return { brokers, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
