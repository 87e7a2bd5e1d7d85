import type {
  BrokerAddress,
  ClusterMetadata,
  Link,
  SendOptions,
  Wire,
} from '../../../../../src/backends/kafka/wire/wire.ts';
import { type Clock, PartitaError, sleep } from '../../../../../src/core/index.ts';
import {
  type Api,
  BatchReader,
  errorCode,
  initProducerIdApi,
  type KafkaRecord,
  type ProducePartitionResult,
  type ProduceRequest,
  type ProduceResponse,
  produceApi,
} from '../../../../../src/protocol/index.ts';

/** What a broker does with one partition of a produce request, in place of writing it. */
export type Deed =
  | { readonly code: number; readonly refused?: readonly number[] }
  | 'omit'
  /** Written, but the connection breaks before the answer. */
  | 'lose-answer'
  /** Not written, and the connection breaks. */
  | 'lose-request'
  /** Never answered; the link's time-out ends it. */
  | 'hang';

export interface Attempt {
  readonly nodeId: number;
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
  readonly bytes: Buffer;
  readonly producerId: number;
  readonly baseSequence: number;
}

/** Brokers that keep logs and check sequences as Kafka does, with trouble by script. Node ids are ports. */
export class ScriptedCluster implements Wire {
  readonly clock: Clock;
  /** Leader of each partition; -1: none. */
  readonly topics = new Map<string, number[]>();
  readonly logs = new Map<string, string[]>();
  readonly requests: { readonly nodeId: number; readonly attempts: readonly Attempt[] }[] = [];
  latencyMs = 1;
  inFlight = 0;
  mostInFlight = 0;
  openLinks = 0;
  metadataAsked = 0;
  readonly #brokers: readonly number[];
  readonly #sequences = new Map<string, { next: number; bases: Map<number, number> }>();
  #nextProducerId = 1_000;
  /** Asked for each partition of each produce request; `undefined`: write it. */
  deed: (attempt: Attempt) => Deed | undefined = () => undefined;
  metadataError: (() => PartitaError | undefined) | undefined;

  constructor(clock: Clock, brokers: readonly number[] = [1]) {
    this.clock = clock;
    this.#brokers = brokers;
  }

  log(topic: string, partition: number): string[] {
    const name = `${topic}-${partition}`;
    const log = this.logs.get(name) ?? [];
    this.logs.set(name, log);
    return log;
  }

  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    this.metadataAsked++;
    await sleep(this.clock, this.latencyMs);
    const error = this.metadataError?.();
    if (error !== undefined) throw error;
    const known = [...this.topics].filter(([topic]) => topics?.includes(topic) ?? true);
    return {
      controllerId: 1,
      brokers: new Map(
        this.#brokers.map((nodeId) => [nodeId, { nodeId, host: 'b', port: nodeId }]),
      ),
      topics: new Map(
        known.map(([topic, leaders]) => [
          topic,
          {
            topic,
            internal: false,
            partitions: leaders.map((leaderId, partition) => ({
              partition,
              leaderId,
              leaderEpoch: 0,
              replicas: [1],
            })),
          },
        ]),
      ),
    };
  }

  link(address: BrokerAddress): Link {
    const cluster = this;
    let dead: PartitaError | undefined;
    const onClose = new AbortController();
    this.openLinks++;
    const die = (error: PartitaError): void => {
      if (dead !== undefined) return;
      dead = error;
      cluster.openLinks--;
      onClose.abort();
    };
    return {
      address,
      get closed() {
        return dead !== undefined;
      },
      version: () => 10,
      close: () => die(new PartitaError('CLOSED', 'closed')),
      async send<Request, Response>(
        api: Api<Request, Response>,
        request: Request,
        options: SendOptions,
      ): Promise<Response> {
        if (dead !== undefined) throw dead;
        const answer = cluster.#answer(address.port, api, request);
        const waitMs = answer === 'hang' ? options.timeoutMs : cluster.latencyMs;
        await sleep(cluster.clock, waitMs, onClose.signal);
        if (answer === 'hang') die(new PartitaError('TIMEOUT', 'no answer', { retriable: true }));
        if (answer === 'broken')
          die(new PartitaError('CONNECTION_FAILED', 'cut', { retriable: true }));
        if (dead !== undefined) throw dead;
        return answer as Response;
      },
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer(nodeId: number, api: { readonly key: number }, request: unknown): unknown {
    if (api.key === initProducerIdApi.key)
      return { errorCode: 0, producerId: this.#nextProducerId++, producerEpoch: 0 };
    if (api.key !== produceApi.key) throw new Error(`not scripted: API ${api.key}`);
    return this.#produce(nodeId, request as ProduceRequest);
  }

  #produce(nodeId: number, request: ProduceRequest): ProduceResponse | 'hang' | 'broken' {
    const attempts = request.topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, records }) => this.#read(nodeId, topic, partition, records)),
    );
    this.requests.push({ nodeId, attempts });
    this.inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    this.clock.schedule(this.latencyMs, () => {
      this.inFlight--;
    });
    let broken = false;
    let hanging = false;
    const results = new Map<string, ProducePartitionResult[]>();
    for (const attempt of attempts) {
      const { topic, partition } = attempt;
      const deed = this.deed(attempt);
      broken ||= deed === 'lose-answer' || deed === 'lose-request';
      hanging ||= deed === 'hang';
      if (deed === 'omit' || deed === 'lose-request' || deed === 'hang') continue;
      const [code, baseOffset, refused = []] =
        typeof deed === 'object' ? [deed.code, -1, deed.refused] : this.#append(attempt);
      const list = results.get(topic) ?? [];
      results.set(topic, list);
      list.push({
        partition,
        errorCode: code,
        baseOffset,
        logAppendTimeMs: -1,
        logStartOffset: 0,
        recordErrors: refused.map((batchIndex) => ({ batchIndex, message: 'refused' })),
        errorMessage: null,
        currentLeader: null,
      });
    }
    if (hanging) return 'hang';
    if (broken) return 'broken';
    return {
      throttleTimeMs: 0,
      topics: [...results].map(([topic, partitions]) => ({ topic, partitions })),
    };
  }

  #read(nodeId: number, topic: string, partition: number, bytes: Buffer): Attempt {
    const batch = new BatchReader(bytes).next();
    if (batch === undefined) throw new Error('no whole batch');
    const records: KafkaRecord[] = [];
    batch.decodeInto(records, { topic, partition });
    const { producerId, baseSequence } = batch;
    return { nodeId, topic, partition, records, bytes, producerId, baseSequence };
  }

  #append(attempt: Attempt): [code: number, baseOffset: number, refused?: readonly number[]] {
    const { nodeId, topic, partition, records, producerId, baseSequence } = attempt;
    const leader = this.topics.get(topic)?.[partition];
    if (leader === undefined) return [errorCode.UNKNOWN_TOPIC_OR_PARTITION, -1];
    if (leader !== nodeId) return [errorCode.NOT_LEADER_OR_FOLLOWER, -1];
    const log = this.log(topic, partition);
    if (producerId >= 0) {
      const name = `${topic}-${partition}-${producerId}`;
      const state = this.#sequences.get(name) ?? { next: 0, bases: new Map() };
      this.#sequences.set(name, state);
      const repeated = state.bases.get(baseSequence);
      if (repeated !== undefined) return [0, repeated];
      if (baseSequence !== state.next) return [errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1];
      state.bases.set(baseSequence, log.length);
      state.next += records.length;
    }
    const baseOffset = log.length;
    for (const record of records) log.push(record.value?.toString() ?? 'null');
    return [0, baseOffset];
  }
}
