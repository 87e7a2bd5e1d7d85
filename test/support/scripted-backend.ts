import type {
  AssignedPartition,
  Backend,
  BackendDefinition,
  BackendEnv,
  Capabilities,
  CommitFailure,
  ConsumerRecord,
  GroupListener,
  GroupOptions,
  GroupSession,
  PartitionCommit,
  Position,
  ProducerRecord,
  ProducerSession,
  RecordBatch,
  RecordMetadata,
  TopicPartition,
} from '../../src/core/index.ts';
import {
  CommitFencedError,
  formatPartition,
  PartitaError,
  ProduceError,
  sleep,
} from '../../src/core/index.ts';

export interface ScriptedRecord {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly sizeBytes?: number;
  readonly token?: string;
  /** Leaves so many offsets before this record without one. */
  readonly gap?: number;
}

interface Log {
  records: ConsumerRecord[];
  end: number;
}

interface Feed extends TopicPartition {
  readonly epoch: number;
  at: number;
  paused: boolean;
}

const capabilities: Capabilities = {
  assignors: true,
  cooperative: true,
  staticMembership: true,
  groupGeneration: true,
  patternSubscription: true,
  createTopics: false,
  startAtTime: true,
  recordKeys: true,
  writtenOffsets: true,
  transactions: false,
  offsetGaps: true,
  commitMetadataBytes: 4096,
  maxRecordBytes: 1024 * 1024,
  commitVisibleMs: 0,
};

/**
 * A backend that does what a test tells it, at the level of the port: the test assigns, revokes and loses partitions of
 * one session; records of a fake log are pushed from wherever the engine last sought or committed to.
 */
export class ScriptedBackend implements BackendDefinition {
  readonly name = 'scripted';
  readonly capabilities: Capabilities;
  /** Every commit that was stored, in order. */
  readonly commits: PartitionCommit[] = [];
  readonly produced: { readonly topic: string; readonly record: ProducerRecord }[] = [];
  /** Calls of the session's methods, such as `pause orders-0`. */
  readonly calls: string[] = [];
  /** Decides about a commit instead of the group: failures, a rejection, or a promise that stays open. */
  onCommit: ((commits: readonly PartitionCommit[]) => unknown) | undefined;
  /** Hears of each partition that is assigned, before the engine does. */
  onAssign: ((assigned: AssignedPartition) => void) | undefined;
  /** Hears of each seek of the engine. */
  onSeek: ((partition: TopicPartition, offset: number) => void) | undefined;
  /** May throw or wait before a record is written. */
  onProduce: ((topic: string, record: ProducerRecord) => unknown) | undefined;
  /** How long a commit takes, in milliseconds. */
  commitDelayMs = 0;
  /** Most records in one batch. */
  batchRecords = 100;
  /** False: closing the session or the backend is still to come. */
  sessionClosed = false;
  backendClosed = false;
  left: boolean | undefined;
  /** What the engine asked for when it opened the group. */
  groupOptions: GroupOptions | undefined;
  readonly #stored = new Map<string, PartitionCommit>();
  readonly #logs = new Map<string, Log>();
  readonly #feeds = new Map<string, Feed>();
  #env: BackendEnv | undefined;
  #session: GroupSession | undefined;
  #listener: GroupListener | undefined;
  #epoch = 0;
  #feeding = false;

  constructor(overrides: Partial<Capabilities> = {}) {
    this.capabilities = { ...capabilities, ...overrides };
  }

  open(env: BackendEnv): Backend {
    this.#env = env;
    this.#feeding = false;
    this.backendClosed = false;
    return {
      openGroup: (options, listener) => this.#openGroup(options, listener),
      openProducer: () => this.#openProducer(),
      openAdmin: () => {
        throw new PartitaError('UNSUPPORTED', 'The scripted backend has no admin.');
      },
      close: async () => {
        this.backendClosed = true;
      },
    };
  }

  /** The engine's ear, for calls that the methods below do not make. */
  get listener(): GroupListener {
    if (this.#listener === undefined) throw new Error('no session is open');
    return this.#listener;
  }

  /** What the engine holds; a test may break its methods. */
  get session(): GroupSession {
    if (this.#session === undefined) throw new Error('no session is open');
    return this.#session;
  }

  /** What the group has stored for a partition. */
  stored(partition: number, topic = 'orders'): PartitionCommit | undefined {
    return this.#stored.get(`${topic}-${partition}`);
  }

  /** Writes records to the fake log; returns their offsets. */
  append(partition: number, records: readonly ScriptedRecord[], topic = 'orders'): number[] {
    const log = this.#log({ topic, partition });
    const offsets = records.map(({ key = null, value = '', gap = 0, token, sizeBytes = 100 }) => {
      const offset = log.end + gap;
      log.records.push({
        topic,
        partition,
        offset,
        timestampMs: 1_000 + offset,
        key: key === null ? null : Buffer.from(key),
        value: value === null ? null : Buffer.from(value),
        headers: [],
        sizeBytes,
        ...(token !== undefined && { token }),
      });
      log.end = offset + 1;
      return offset;
    });
    this.#feedSoon();
    return offsets;
  }

  /** The log ends here, without records up to it. */
  endAt(partition: number, end: number, topic = 'orders'): void {
    this.#log({ topic, partition }).end = end;
    this.#feedSoon();
  }

  /** The log begins anew, as after it was deleted. */
  truncate(partition: number, topic = 'orders'): void {
    this.#logs.set(`${topic}-${partition}`, { records: [], end: 0 });
    const feed = this.#feeds.get(`${topic}-${partition}`);
    if (feed !== undefined) feed.at = 0;
  }

  assign(partitions: readonly number[], topic = 'orders'): void {
    const epoch = ++this.#epoch;
    const added = partitions.map((partition): AssignedPartition => {
      const stored = this.stored(partition, topic);
      const position = stored?.position ?? { offset: 0 };
      const { metadata = '' } = stored ?? {};
      const committed = stored !== undefined;
      return { topic, partition, epoch, position, committed, metadata };
    });
    for (const { partition, position } of added)
      this.#feeds.set(`${topic}-${partition}`, {
        topic,
        partition,
        epoch,
        at: position.offset,
        paused: false,
      });
    for (const partition of added) this.onAssign?.(partition);
    this.listener.assigned(added);
    this.#feedSoon();
  }

  /** As a backend does: pushes no more, waits for the engine within the deadline, then gives the partitions up. */
  async revoke(partitions: readonly number[], deadlineMs = 60_000, topic = 'orders') {
    const removed = partitions.map((partition) => ({ topic, partition }));
    const feeds = removed.map((partition) => this.#feeds.get(formatPartition(partition)));
    for (const feed of feeds) if (feed !== undefined) feed.paused = true;
    const waiting = new AbortController();
    const deadline = sleep(this.#clock, deadlineMs, waiting.signal);
    await Promise.race([this.listener.revoked(removed, deadlineMs), deadline]);
    waiting.abort();
    for (const [index, partition] of removed.entries())
      if (this.#feeds.get(formatPartition(partition)) === feeds[index])
        this.#feeds.delete(formatPartition(partition));
  }

  lose(partitions: readonly number[], topic = 'orders'): void {
    const removed = partitions.map((partition) => ({ topic, partition }));
    for (const partition of removed) this.#feeds.delete(formatPartition(partition));
    this.listener.lost(removed);
  }

  /** Pushes a batch as it is, whatever the log says. */
  push(batch: RecordBatch): boolean {
    return this.listener.records(batch);
  }

  /** Offsets of a partition that are records. */
  offsets(partition: number, topic = 'orders'): readonly number[] {
    return this.#log({ topic, partition }).records.map(({ offset }) => offset);
  }

  /** One past the last offset of a partition. */
  end(partition: number, topic = 'orders'): number {
    return this.#log({ topic, partition }).end;
  }

  owned(): readonly TopicPartition[] {
    return [...this.#feeds.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  paused(partition: number, topic = 'orders'): boolean {
    return this.#feeds.get(`${topic}-${partition}`)?.paused ?? false;
  }

  get #clock() {
    if (this.#env === undefined) throw new Error('the backend is not open');
    return this.#env.clock;
  }

  #log(partition: TopicPartition): Log {
    const key = formatPartition(partition);
    const log = this.#logs.get(key) ?? { records: [], end: 0 };
    this.#logs.set(key, log);
    return log;
  }

  #openGroup(options: GroupOptions, listener: GroupListener): GroupSession {
    this.groupOptions = options;
    this.#listener = listener;
    this.#feeds.clear();
    this.sessionClosed = false;
    const names = (partitions: readonly TopicPartition[]) => partitions.map(formatPartition);
    const each = (what: string, partitions: readonly TopicPartition[], paused: boolean) => {
      this.calls.push(...names(partitions).map((name) => `${what} ${name}`));
      for (const name of names(partitions)) {
        const feed = this.#feeds.get(name);
        if (feed !== undefined) feed.paused = paused;
      }
      if (!paused) this.#feedSoon();
    };
    const session: GroupSession = {
      commit: (commits) => this.#commit(listener, commits),
      pause: (partitions) => each('pause', partitions, true),
      resume: (partitions) => each('resume', partitions, false),
      seek: (partition, position) => this.#seek(partition, position),
      requestRejoin: (reason) => void this.calls.push(`rejoin ${reason}`),
      close: async ({ leave = false } = {}) => {
        if (listener !== this.#listener) return;
        this.sessionClosed = true;
        this.left = leave;
        this.#feeds.clear();
      },
    };
    this.#session = session;
    return session;
  }

  #seek(partition: TopicPartition, position: Position): void {
    this.calls.push(`seek ${formatPartition(partition)} ${position.offset}`);
    const feed = this.#feeds.get(formatPartition(partition));
    if (feed === undefined) return;
    feed.at = position.offset;
    this.onSeek?.(partition, position.offset);
    this.#feedSoon();
  }

  async #commit(
    listener: GroupListener,
    commits: readonly PartitionCommit[],
  ): Promise<readonly CommitFailure[]> {
    const decided = await this.onCommit?.(commits);
    const failures = (decided ?? []) as readonly CommitFailure[];
    if (this.commitDelayMs > 0) await sleep(this.#clock, this.commitDelayMs);
    return [...failures, ...commits.flatMap((commit) => this.#store(listener, commit, failures))];
  }

  #store(
    listener: GroupListener,
    commit: PartitionCommit,
    failures: readonly CommitFailure[],
  ): CommitFailure[] {
    const key = formatPartition(commit);
    if (failures.some((failure) => formatPartition(failure) === key)) return [];
    const { topic, partition } = commit;
    if (listener !== this.#listener || this.#feeds.get(key)?.epoch !== commit.epoch)
      return [{ topic, partition, error: new CommitFencedError(`${key} is not yours.`) }];
    this.#stored.set(key, commit);
    this.commits.push(commit);
    return [];
  }

  #openProducer(): ProducerSession {
    return {
      send: async (topic, records) => {
        const results: (RecordMetadata | PartitaError)[] = [];
        for (const record of records) results.push(await this.#produce(topic, record));
        if (results.some((result) => PartitaError.is(result))) throw new ProduceError(results);
        return results as RecordMetadata[];
      },
      flush: async () => {},
      close: async () => {},
    };
  }

  async #produce(topic: string, record: ProducerRecord): Promise<RecordMetadata | PartitaError> {
    try {
      await this.onProduce?.(topic, record);
    } catch (error) {
      return error as PartitaError;
    }
    this.produced.push({ topic, record });
    return { topic, partition: 0, offset: this.produced.length - 1 };
  }

  #feedSoon(): void {
    if (this.#feeding || this.#env === undefined) return;
    this.#feeding = true;
    this.#clock.schedule(0, () => {
      this.#feeding = false;
      for (const feed of [...this.#feeds.values()]) this.#feed(feed);
    });
  }

  /** One batch; the next one in a turn of its own, if there is room. */
  #feed(feed: Feed): void {
    const log = this.#log(feed);
    if (feed.paused || this.sessionClosed || feed.at >= log.end) return;
    if (this.#feeds.get(formatPartition(feed)) !== feed) return;
    const records = log.records
      .filter(({ offset }) => offset >= feed.at)
      .slice(0, this.batchRecords);
    const last = records.at(-1);
    const isEnd = last === undefined || last === log.records.at(-1);
    const next = isEnd ? log.end : last.offset + 1;
    feed.at = next;
    const { topic, partition } = feed;
    const hasRoom = this.listener.records({
      topic,
      partition,
      records,
      next: { offset: next, ...(last?.token !== undefined && { token: last.token }) },
      bytes: records.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      logEndOffset: log.end,
    });
    if (!hasRoom) feed.paused = true;
    else this.#feedSoon();
  }
}
