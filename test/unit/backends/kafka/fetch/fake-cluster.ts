import type { FetcherDeps } from '../../../../../src/backends/kafka/fetch/fetcher.ts';
import type {
  BrokerAddress,
  ClusterMetadata,
  Link,
  SendOptions,
  TopicMetadata,
  Wire,
} from '../../../../../src/backends/kafka/wire/wire.ts';
import {
  type Cancel,
  formatPartition,
  PartitaError,
  silentLogger,
} from '../../../../../src/core/index.ts';
import type {
  Api,
  FetchedPartition,
  FetchPartition,
  FetchRequest,
  FetchResponse,
  ListOffsetsRequest,
  ListOffsetsResponse,
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochResponse,
} from '../../../../../src/protocol/index.ts';
import { errorCode } from '../../../../../src/protocol/index.ts';
import { seededRandom, VirtualClock } from '../../../../../src/testing/index.ts';
import { FakeLog } from './fake-log.ts';

export class FakePartition {
  readonly topic: string;
  readonly partition: number;
  readonly log = new FakeLog();
  leader = 1;
  /** Whom metadata names, when that is not the leader. */
  metadataSays: number | undefined;
  /** Sent to readers that tell their rack. */
  preferredReplica = -1;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** Elects: the epoch rises. */
  moveTo(nodeId: number): void {
    this.leader = nodeId;
    this.log.epoch++;
  }
}

export interface Sent {
  readonly atMs: number;
  readonly nodeId: number;
  readonly purpose: string;
  readonly api: string;
  readonly request: unknown;
}

/** What is done to an answer before it leaves. */
export type Meddle = (answer: FetchedPartition, asked: FetchPartition) => FetchedPartition;

/** Brokers in memory that answer like Kafka's, one request per connection at a time, on a virtual clock. */
export class FakeCluster implements Wire {
  readonly clock = new VirtualClock();
  readonly sent: Sent[] = [];
  readonly partitions = new Map<string, FakePartition>();
  readonly dead = new Set<number>();
  readonly open = new Set<FakeLink>();
  latencyMs = 1;
  throttleTimeMs = 0;
  fetchVersion = 12;
  epochChecks = true;
  metadataCalls = 0;
  /** Record bytes in all answers to Fetch. */
  servedBytes = 0;
  /** Time that passes while the fetcher works; the virtual clock stands still meanwhile. */
  workMs = 0;
  meddle: Meddle = (answer) => answer;
  /** Thrown by metadata while set. */
  metadataError: PartitaError | undefined;

  get deps(): FetcherDeps {
    const { clock } = this;
    const env = {
      clock: {
        now: () => clock.now() + this.workMs,
        schedule: (delayMs: number, run: () => void) => clock.schedule(delayMs, run),
      },
      random: seededRandom(1),
      log: silentLogger,
      clientId: 'test',
    };
    return { wire: this, env };
  }

  partition(topic: string, partition: number): FakePartition {
    const key = formatPartition({ topic, partition });
    const found = this.partitions.get(key) ?? new FakePartition(topic, partition);
    this.partitions.set(key, found);
    return found;
  }

  fetches(): { nodeId: number; atMs: number; request: FetchRequest }[] {
    return this.sent.flatMap(({ api, nodeId, atMs, request }) =>
      api === 'Fetch' ? [{ nodeId, atMs, request: request as FetchRequest }] : [],
    );
  }

  kill(nodeId: number): void {
    this.dead.add(nodeId);
    for (const link of [...this.open]) if (link.nodeId === nodeId) link.cut();
  }

  link(address: BrokerAddress, purpose: string): FakeLink {
    return new FakeLink(this, address, purpose);
  }

  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    this.metadataCalls++;
    await this.pause(this.latencyMs);
    if (this.metadataError !== undefined) throw this.metadataError;
    const described = new Map<string, TopicMetadata>();
    for (const { topic, partition, leader, metadataSays, log } of this.partitions.values()) {
      if (topics !== null && !topics.includes(topic)) continue;
      const entry = described.get(topic) ?? { topic, internal: false, partitions: [] };
      const leaderId = metadataSays ?? leader;
      const added = { partition, leaderId, leaderEpoch: log.epoch, replicas: [1, 2, 3] };
      described.set(topic, { ...entry, partitions: [...entry.partitions, added] });
    }
    const brokers = new Map(
      [1, 2, 3].map((nodeId) => [nodeId, { nodeId, host: 'broker', port: nodeId }]),
    );
    return { brokers, topics: described, controllerId: 1 };
  }

  async close(): Promise<void> {
    for (const link of [...this.open]) link.close();
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.schedule(ms, resolve);
    });
  }

  /** What the broker answers now, and whether that is worth answering before the waiting time is over. */
  fetch(nodeId: number, request: FetchRequest): { response: FetchResponse; ready: boolean } {
    let ready = false;
    let leftBytes = request.maxBytes;
    const topics = request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((asked) => {
        const full = this.#fetchPartition(nodeId, topic, asked, request);
        // The first records are sent whatever their size, later ones as far as they fit.
        const answer = leftBytes <= 0 ? { ...full, records: null } : full;
        leftBytes -= answer.records?.length ?? 0;
        ready ||=
          answer.errorCode !== 0 ||
          (answer.records?.length ?? 0) > 0 ||
          answer.preferredReadReplica >= 0 ||
          answer.divergingEpoch !== null;
        return answer;
      }),
    }));
    const { throttleTimeMs } = this;
    return { response: { throttleTimeMs, errorCode: 0, sessionId: 0, topics }, ready };
  }

  listOffsets(nodeId: number, request: ListOffsetsRequest): ListOffsetsResponse {
    const topics = request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, timestampMs }) => {
        const { leader, log } = this.partition(topic, partition);
        const refused = leader !== nodeId;
        const offset = timestampMs === -1 ? log.endOffset : log.startOffset;
        return {
          partition,
          errorCode: refused ? errorCode.NOT_LEADER_OR_FOLLOWER : 0,
          timestampMs: -1,
          offset: refused ? -1 : offset,
          leaderEpoch: -1,
        };
      }),
    }));
    return { throttleTimeMs: 0, topics };
  }

  epochEnds(nodeId: number, request: OffsetForLeaderEpochRequest): OffsetForLeaderEpochResponse {
    const topics = request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, leaderEpoch }) => {
        const { leader, log } = this.partition(topic, partition);
        const end = log.epochEnd(leaderEpoch);
        return {
          partition,
          errorCode: leader === nodeId ? 0 : errorCode.NOT_LEADER_OR_FOLLOWER,
          leaderEpoch: end.epoch,
          endOffset: end.endOffset,
        };
      }),
    }));
    return { throttleTimeMs: 0, topics };
  }

  #fetchPartition(
    nodeId: number,
    topic: string,
    asked: FetchPartition,
    request: FetchRequest,
  ): FetchedPartition {
    const found = this.partitions.get(formatPartition({ topic, partition: asked.partition }));
    const answer: FetchedPartition = {
      partition: asked.partition,
      errorCode: 0,
      highWatermark: found?.log.endOffset ?? -1,
      lastStableOffset: found?.log.lastStableOffset ?? -1,
      logStartOffset: found?.log.startOffset ?? -1,
      divergingEpoch: null,
      currentLeader: null,
      abortedTransactions: request.isolationLevel === 1 ? (found?.log.aborted ?? []) : [],
      preferredReadReplica: -1,
      records: null,
    };
    const refuse = (code: number) => ({ ...answer, highWatermark: -1, errorCode: code });
    if (found === undefined) return refuse(errorCode.UNKNOWN_TOPIC_OR_PARTITION);
    const { log } = found;
    const isReplica = nodeId === found.preferredReplica;
    if (found.leader !== nodeId && !isReplica) return refuse(errorCode.NOT_LEADER_OR_FOLLOWER);
    const epoch = asked.currentLeaderEpoch ?? -1;
    if (epoch >= 0 && epoch < log.epoch) return refuse(errorCode.FENCED_LEADER_EPOCH);
    if (epoch > log.epoch) return refuse(errorCode.UNKNOWN_LEADER_EPOCH);
    if (found.preferredReplica >= 0 && !isReplica && request.rackId !== '')
      return { ...answer, preferredReadReplica: found.preferredReplica };
    if (asked.fetchOffset < log.startOffset || asked.fetchOffset > log.endOffset)
      return refuse(errorCode.OFFSET_OUT_OF_RANGE);
    const diverging = this.#diverging(log, asked);
    if (diverging !== null) return { ...answer, divergingEpoch: diverging };
    return this.meddle({ ...answer, records: log.read(asked.fetchOffset, asked.maxBytes) }, asked);
  }

  #diverging(log: FakeLog, asked: FetchPartition): FetchedPartition['divergingEpoch'] {
    const epoch = asked.lastFetchedEpoch ?? -1;
    if (this.fetchVersion < 12 || epoch < 0) return null;
    const end = log.epochEnd(epoch);
    return end.endOffset < asked.fetchOffset || end.epoch < epoch ? end : null;
  }
}

/** One connection. The broker serves its requests one after the other. */
export class FakeLink implements Link {
  readonly address: BrokerAddress;
  readonly nodeId: number;
  readonly purpose: string;
  closed = false;
  readonly #cluster: FakeCluster;
  readonly #failing = new Set<(error: PartitaError) => void>();
  #free: Promise<unknown> = Promise.resolve();

  constructor(cluster: FakeCluster, address: BrokerAddress, purpose: string) {
    this.#cluster = cluster;
    this.address = address;
    this.nodeId = address.port;
    this.purpose = purpose;
    cluster.open.add(this);
  }

  version(): number {
    return this.#cluster.fetchVersion;
  }

  close(): void {
    this.#end(new PartitaError('CLOSED', 'The link was closed.'));
  }

  /** The other side resets. */
  cut(): void {
    this.#end(new PartitaError('CONNECTION_FAILED', 'Connection reset.', { retriable: true }));
  }

  async send<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    { timeoutMs }: SendOptions,
  ): Promise<Response> {
    const cluster = this.#cluster;
    const { nodeId, purpose } = this;
    cluster.sent.push({ atMs: cluster.clock.now(), nodeId, purpose, api: api.name, request });
    if (this.closed) throw new PartitaError('CLOSED', 'The link is closed.');
    return new Promise<Response>((resolve, reject) => {
      const cancel: Cancel = cluster.clock.schedule(timeoutMs, () => this.cut());
      const fail = (error: PartitaError): void => {
        cancel();
        reject(error);
      };
      this.#failing.add(fail);
      const turn = this.#free.then(() => this.#serve(api.name, request));
      this.#free = turn.catch(() => undefined);
      turn.then((response) => {
        cancel();
        this.#failing.delete(fail);
        resolve(response as Response);
      }, fail);
    });
  }

  async #serve(api: string, request: unknown): Promise<unknown> {
    const cluster = this.#cluster;
    await cluster.pause(cluster.latencyMs);
    if (cluster.dead.has(this.nodeId)) {
      this.cut();
      throw new PartitaError('CONNECTION_FAILED', 'Connection refused.', { retriable: true });
    }
    if (api === 'ListOffsets')
      return cluster.listOffsets(this.nodeId, request as ListOffsetsRequest);
    if (api === 'OffsetForLeaderEpoch') {
      if (!cluster.epochChecks) throw new PartitaError('UNSUPPORTED', 'No version in common.');
      return cluster.epochEnds(this.nodeId, request as OffsetForLeaderEpochRequest);
    }
    return this.#park(request as FetchRequest);
  }

  /** Looks every few milliseconds, as a broker's purgatory is woken by appends. */
  async #park(request: FetchRequest): Promise<FetchResponse> {
    const cluster = this.#cluster;
    const endMs = cluster.clock.now() + request.maxWaitMs;
    for (;;) {
      const { response, ready } = cluster.fetch(this.nodeId, request);
      if (ready || this.closed || cluster.clock.now() >= endMs) {
        for (const { partitions } of response.topics)
          for (const { records } of partitions) cluster.servedBytes += records?.length ?? 0;
        return response;
      }
      await cluster.pause(Math.min(5, endMs - cluster.clock.now()));
    }
  }

  #end(error: PartitaError): void {
    if (this.closed) return;
    this.closed = true;
    this.#cluster.open.delete(this);
    for (const fail of this.#failing) fail(error);
    this.#failing.clear();
  }
}
