import {
  type BackendEnv,
  type CheckpointEntry,
  type CheckpointStore,
  type GroupSnapshot,
  type MemberEntry,
  type MemberKey,
  type OwnershipEntry,
  PartitaError,
  type Stamp,
  type StoredGroup,
  type StoredPosition,
  sleep,
  type TopicPartition,
} from '../../../core/index.ts';

/** Trouble that lasts is told again after this long. */
const REMIND_MS = 10_000;

export interface StoreCallsOptions {
  readonly store: CheckpointStore;
  readonly group: StoredGroup;
  readonly env: BackendEnv;
  /** A call without an answer for this long has failed; it may still take effect. */
  readonly timeoutMs: number;
  /** Shorter trouble leaves no traces. */
  readonly outageMs: number;
  /** Something failed; the coordinator carries on. */
  readonly trouble: (error: PartitaError) => void;
}

/** The store for one group: calls end in time, and trouble is told when it begins, while it lasts and when it ends. */
export class StoreCalls {
  readonly #options: StoreCallsOptions;
  #failingSinceMs: number | null = null;
  #toldMs = Number.NEGATIVE_INFINITY;
  #outageEndedMs = Number.NEGATIVE_INFINITY;

  constructor(options: StoreCallsOptions) {
    this.#options = options;
  }

  get storeName(): string {
    return this.#options.store.name;
  }

  /** When the last outage ended, by our clock. */
  get outageEndedMs(): number {
    return this.#outageEndedMs;
  }

  check(): Promise<void> {
    return this.#call('try out the store', (store, group) => store.check(group));
  }

  load(topics: readonly string[]): Promise<GroupSnapshot> {
    return this.#call('read the group', (store, group) => store.load(group, topics));
  }

  putMember(member: MemberEntry, etag: string | null): Promise<Stamp | null> {
    return this.#call('send a heartbeat', (store, group) => store.putMember(group, member, etag));
  }

  removeMember(member: MemberKey, etag: string): Promise<void> {
    return this.#call('remove a member', (store, group) => store.removeMember(group, member, etag));
  }

  putOwnership(ownership: OwnershipEntry, etag: string | null): Promise<Stamp | null> {
    const what = `${ownership.owner === '' ? 'release' : 'claim'} ${ownership.topic}-${ownership.partition}`;
    return this.#call(what, (store, group) => store.putOwnership(group, ownership, etag));
  }

  putCheckpoint(checkpoint: CheckpointEntry, etag: string | null): Promise<Stamp | null> {
    const what = `store the position of ${checkpoint.topic}-${checkpoint.partition}`;
    return this.#call(what, (store, group) => store.putCheckpoint(group, checkpoint, etag));
  }

  async legacyCheckpoint(partition: TopicPartition): Promise<StoredPosition | null> {
    if (this.#options.store.legacyCheckpoint === undefined) return null;
    return this.#call(
      'read a legacy checkpoint',
      async (store, group) => (await store.legacyCheckpoint?.(group, partition)) ?? null,
    );
  }

  async #call<T>(
    what: string,
    run: (store: CheckpointStore, group: StoredGroup) => Promise<T>,
  ): Promise<T> {
    const { store, group } = this.#options;
    try {
      const result = await this.#inTime(what, run(store, group));
      this.#worked();
      return result;
    } catch (cause) {
      const error = PartitaError.is(cause)
        ? cause
        : new PartitaError(
            'UNAVAILABLE',
            `Could not ${what} in ${store.name} (${String(cause)}); it is tried again`,
            { cause, retriable: true },
          );
      this.#failed(error);
      throw error;
    }
  }

  async #inTime<T>(what: string, call: Promise<T>): Promise<T> {
    const { env, store, timeoutMs } = this.#options;
    const answered = new AbortController();
    try {
      return await Promise.race([
        call,
        sleep(env.clock, timeoutMs, answered.signal).then(() => {
          throw new PartitaError(
            'TIMEOUT',
            `No answer within ${timeoutMs} ms on the try to ${what} in ${store.name}; it is tried again`,
            { retriable: true },
          );
        }),
      ]);
    } finally {
      answered.abort();
    }
  }

  #worked(): void {
    if (this.#failingSinceMs === null) return;
    const { env, group, outageMs } = this.#options;
    const lastedMs = env.clock.now() - this.#failingSinceMs;
    this.#failingSinceMs = null;
    this.#toldMs = Number.NEGATIVE_INFINITY;
    if (lastedMs >= outageMs) this.#outageEndedMs = env.clock.now();
    env.log.info(`Group ${group.group}: ${this.storeName} answers again after ${lastedMs} ms`);
  }

  #failed(error: PartitaError): void {
    const { env, group, trouble } = this.#options;
    const nowMs = env.clock.now();
    this.#failingSinceMs ??= nowMs;
    if (nowMs - this.#toldMs < REMIND_MS) return;
    this.#toldMs = nowMs;
    env.log.warn(
      `Group ${group.group}: ${error.message}. Owned partitions are processed on as long as the last heartbeat counts`,
      { code: error.code, failingForMs: nowMs - this.#failingSinceMs },
    );
    trouble(
      new PartitaError(error.code, error.message, { cause: error.cause ?? error, retriable: true }),
    );
  }
}
