import { randomBytes } from 'node:crypto';
import { type ProducerRecord, partita } from 'partita';
import { kafka } from 'partita/kafka';

export interface FillOptions {
  readonly bootstrap: readonly string[];
  readonly topic: string;
  readonly records: number;
  readonly valueBytes: number;
  readonly partitions: number;
  /** Distinct keys. 0: records without a key. */
  readonly keys: number;
}

const perSend = 20_000;

/** Creates a topic and fills it evenly. */
export async function fillTopic(options: FillOptions): Promise<void> {
  const { bootstrap, topic, records, valueBytes, partitions, keys } = options;
  await using app = partita({
    backend: kafka({ brokers: [...bootstrap] }),
    clientId: 'bench-fill',
  });
  await app.admin().createTopic({ topic, partitions });
  const producer = app.producer({
    acks: 'leader',
    idempotent: false,
    lingerMs: 0,
    batchBytes: 500_000,
  });
  const value = randomBytes(valueBytes);
  for (let sent = 0; sent < records; sent += perSend) {
    const batch = Array.from(
      { length: Math.min(perSend, records - sent) },
      (_, i): ProducerRecord => {
        const number = sent + i;
        const key = keys === 0 ? null : `key-${number % keys}`;
        return { key, value, partition: (keys === 0 ? number : number % keys) % partitions };
      },
    );
    await producer.send(topic, batch);
  }
}
