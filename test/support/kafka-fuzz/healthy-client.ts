import assert from 'node:assert/strict';
import {
  createTopicsApi,
  deleteGroupsApi,
  deleteTopicsApi,
  fetchApi,
  produceApi,
  RecordBatchBuilder,
  saslAuthenticateApi,
  saslHandshakeApi,
} from '../../../src/protocol/index.ts';
import { RawLink } from '../../integration/protocol/raw-link.ts';
import { login } from './corpus.ts';

const TIMEOUT_MS = 10_000;
const topic = 'of-the-healthy-client';

/** A client that does everything right on one connection, however others behave. */
export class HealthyClient {
  readonly #link: RawLink;
  #written = 0;

  private constructor(link: RawLink) {
    this.#link = link;
  }

  static async open(bootstrap: string, guarded: boolean): Promise<HealthyClient> {
    const link = await RawLink.open(bootstrap);
    if (guarded) await logIn(link);
    const client = new HealthyClient(link);
    await client.createTopic(topic);
    return client;
  }

  /** So many times it has read what it wrote. */
  get written(): number {
    return this.#written;
  }

  /** Writes a record and reads it back. @throws AssertionError when it is not there as it was written. */
  async check(): Promise<void> {
    const builder = new RecordBatchBuilder();
    builder.append(null, Buffer.from(`value ${this.#written}`), [], 1_000);
    const records = builder.build();
    const partition = { partition: 0, records };
    const topics = [{ topic, partitions: [partition] }];
    const produced = await this.#link.send(
      produceApi,
      { acks: -1, timeoutMs: TIMEOUT_MS, topics },
      7,
    );
    const written = produced.topics[0]?.partitions[0];
    assert.equal(written?.errorCode, 0);
    assert.equal(written?.baseOffset, this.#written);
    const place = { partition: 0, fetchOffset: this.#written, maxBytes: 1_000_000 };
    const fetched = await this.#link.send(
      fetchApi,
      {
        maxWaitMs: 0,
        minBytes: 1,
        maxBytes: 1_000_000,
        topics: [{ topic, partitions: [place] }],
      },
      11,
    );
    const read = fetched.topics[0]?.partitions[0]?.records;
    assert.equal(read?.length, records.length);
    assert.deepEqual(read?.subarray(17), records.subarray(17));
    this.#written++;
  }

  async createTopic(name: string, configs: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#link.send(
      createTopicsApi,
      {
        topics: [
          {
            topic: name,
            partitions: 1,
            replicationFactor: 1,
            configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
          },
        ],
        timeoutMs: TIMEOUT_MS,
      },
      4,
    );
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    const mine = topics.filter((each) => each !== topic);
    await this.#link.send(deleteTopicsApi, { topics: mine, timeoutMs: TIMEOUT_MS }, 1);
  }

  async deleteGroups(groups: readonly string[]): Promise<void> {
    await this.#link.send(deleteGroupsApi, { groups }, 1);
  }

  close(): void {
    this.#link.close();
  }
}

async function logIn(link: RawLink): Promise<void> {
  await link.send(saslHandshakeApi, { mechanism: 'PLAIN' }, 1);
  const authBytes = Buffer.from(`\0${login.user}\0${login.password}`);
  const { errorCode } = await link.send(saslAuthenticateApi, { authBytes }, 1);
  assert.equal(errorCode, 0);
}
