import {
  type Api,
  addPartitionsToTxnApi,
  createTopicsApi,
  errorCode,
  initProducerIdApi,
  listOffsetsApi,
  metadataApi,
  produceApi,
  RecordBatchBuilder,
} from '../../../src/protocol/index.ts';
import { RawLink } from '../../integration/protocol/raw-link.ts';
import { until } from '../until.ts';
import { type Exchange, Transcript } from './transcript.ts';

/** A sequence of requests that is played before a real Kafka and before the embedded one. */
export interface Scenario {
  readonly name: string;
  play(stage: Stage): Promise<void>;
}

/** A broker is still setting itself up, or still writing the end of the last transaction: it says so, and clients ask again. */
const settling: ReadonlySet<number> = new Set([
  errorCode.COORDINATOR_LOAD_IN_PROGRESS,
  errorCode.COORDINATOR_NOT_AVAILABLE,
  errorCode.NOT_COORDINATOR,
  errorCode.CONCURRENT_TRANSACTIONS,
]);
const PATIENCE_MS = 15_000;
/** Of the records that scenarios write. */
export const START_MS = 1_700_000_000_000;

export interface ProducerStamp {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence?: number;
  readonly transactional?: boolean;
}

/** Plays one scenario before one broker and writes down what is answered. */
export class Stage {
  readonly #address: string;
  readonly #prefix: string;
  readonly #links = new Map<string, Promise<RawLink>>();
  readonly #transcript: Transcript;
  readonly #exchanges: Promise<Exchange>[] = [];

  private constructor(address: string, prefix: string) {
    this.#address = address;
    this.#prefix = prefix;
    this.#transcript = new Transcript(prefix);
  }

  /** `prefix` keeps runs on one broker apart. */
  static async play(scenario: Scenario, address: string, prefix: string): Promise<Exchange[]> {
    const stage = new Stage(address, prefix);
    try {
      await scenario.play(stage);
      const exchanges: Exchange[] = [];
      for (const each of stage.#exchanges) exchanges.push(await each);
      return exchanges;
    } finally {
      for (const link of stage.#links.values()) (await link).close();
    }
  }

  /** The name of a topic, group or transactional id on this broker. */
  name(short: string): string {
    return `${this.#prefix}${short}`;
  }

  /** Sends a request and writes down the answer. What waits for others goes over a connection of its own, named `on`. */
  send<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    version: number,
    on = 'main',
  ): Promise<Response> {
    const answered = this.ask(api, request, version, on);
    this.#note(`${api.name} v${version}`, answered);
    return answered;
  }

  /** Sends a request that the broker answers by cutting the connection. */
  async sendToBeCut<Request>(
    api: Api<Request, unknown>,
    request: Request,
    version: number,
  ): Promise<void> {
    const outcome = this.ask(api, request, version, `cut-${this.#exchanges.length}`).then(
      (answer) => answer,
      () => ({ connection: 'closed' }),
    );
    this.#note(`${api.name} v${version}`, outcome);
    await outcome;
  }

  /** As `send`, for what prepares a scene and is not compared. */
  async ask<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    version: number,
    on = 'main',
  ): Promise<Response> {
    let link = this.#links.get(on);
    if (link === undefined) {
      link = RawLink.open(this.#address);
      this.#links.set(on, link);
    }
    const open = await link;
    let answer = await open.send(api, request, version);
    if (isSettling(answer))
      await until(
        `${api.name} is answered`,
        async () => {
          answer = await open.send(api, request, version);
          return !isSettling(answer);
        },
        { timeoutMs: PATIENCE_MS },
      );
    return answer;
  }

  /**
   * Makes a topic and waits until its partitions are led. Returns its full name. What is written to it is kept: records are of long
   * ago, and a real broker deletes such 30 seconds after its start and every five minutes.
   */
  topic(short: string, partitions = 1, configs: Record<string, string> = {}): Promise<string> {
    return this.topicWith(short, partitions, { 'retention.ms': '-1', ...configs });
  }

  /** The same with these settings and no others, where nothing is written. */
  async topicWith(
    short: string,
    partitions = 1,
    configs: Record<string, string> = {},
  ): Promise<string> {
    const topic = this.name(short);
    const settings = Object.entries(configs).map(([name, value]) => ({ name, value }));
    const wanted = { topic, partitions, replicationFactor: 1, configs: settings };
    await this.ask(createTopicsApi, { topics: [wanted], timeoutMs: 10_000 }, 7);
    await this.topicIsLed(topic, partitions);
    return topic;
  }

  /** A broker may know that it leads a partition a moment before it acts so. */
  async topicIsLed(topic: string, count: number): Promise<void> {
    await until(`${topic} has leaders`, async () => {
      const { topics } = await this.ask(metadataApi, { topics: [topic] }, 12);
      const wanted = topics[0]?.partitions.map(({ partition }) => ({ partition, timestampMs: -1 }));
      if (topics[0]?.errorCode !== 0 || wanted?.length !== count) return false;
      const listed = { topics: [{ topic, partitions: wanted }] };
      const answer = await this.ask(listOffsetsApi, listed, 7);
      return answer.topics[0]?.partitions.every((each) => each.errorCode === 0) ?? false;
    });
  }

  async topicIsGone(topic: string): Promise<void> {
    await until(`${topic} is gone`, async () => {
      const { topics } = await this.ask(metadataApi, { topics: [topic] }, 12);
      return topics[0]?.errorCode === errorCode.UNKNOWN_TOPIC_OR_PARTITION;
    });
  }

  async topicId(topic: string): Promise<string> {
    const { topics } = await this.ask(metadataApi, { topics: [topic] }, 12);
    return topics[0]?.topicId ?? '';
  }

  /** One batch of one record per value. The n-th record is a second younger than the first. */
  batch(values: readonly string[], stamp?: ProducerStamp): Buffer {
    const builder = new RecordBatchBuilder();
    for (const [at, value] of values.entries())
      builder.append(null, Buffer.from(value), [], START_MS + at * 1_000);
    return builder.build(stamp ?? {});
  }

  /** Writes records without comparing the answer, which must be good. */
  async write(topic: string, values: readonly string[], partition = 0): Promise<void> {
    const records = this.batch(values);
    const topics = [{ topic, partitions: [{ partition, records }] }];
    const answer = await this.ask(produceApi, { acks: -1, timeoutMs: 10_000, topics }, 9);
    const code = answer.topics[0]?.partitions[0]?.errorCode;
    if (code !== 0) throw new Error(`writing to ${topic} failed with ${code}`);
  }

  /** A producer that may begin transactions. */
  async producer(id: string, transactionTimeoutMs = 60_000) {
    const transactionalId = this.name(id);
    const given = await this.ask(initProducerIdApi, { transactionalId, transactionTimeoutMs }, 4);
    const { producerId, producerEpoch } = given;
    return { transactionalId, producerId, producerEpoch };
  }

  /** Begins a transaction and writes records in it, without comparing the answers. */
  async writeIn(
    owner: {
      readonly transactionalId: string;
      readonly producerId: number;
      readonly producerEpoch: number;
    },
    topic: string,
    values: readonly string[],
    baseSequence = 0,
  ): Promise<void> {
    await this.ask(addPartitionsToTxnApi, { ...owner, topics: [{ topic, partitions: [0] }] }, 3);
    const records = this.batch(values, { ...owner, baseSequence, transactional: true });
    const topics = [{ topic, partitions: [{ partition: 0, records }] }];
    const request = { transactionalId: owner.transactionalId, acks: -1, timeoutMs: 10_000, topics };
    const answer = await this.ask(produceApi, request, 9);
    const code = answer.topics[0]?.partitions[0]?.errorCode;
    if (code !== 0) throw new Error(`writing in a transaction failed with ${code}`);
  }

  #note(request: string, answered: Promise<unknown>): void {
    const place = `${this.#exchanges.length + 1} ${request}`;
    const before = this.#exchanges.at(-1);
    // In the order of the requests, whatever order the answers have, so that ids get the same numbers in each run.
    const exchange = Promise.all([answered, before]).then(([answer]) => ({
      request: place,
      answer: this.#transcript.fieldsOf(answer),
    }));
    // Whoever plays the scenario sees the failure as well.
    exchange.catch(() => {});
    this.#exchanges.push(exchange);
  }
}

function isSettling(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return false;
  return Object.entries(value).some(([name, field]) =>
    name === 'errorCode' ? settling.has(Number(field)) : isSettling(field),
  );
}
