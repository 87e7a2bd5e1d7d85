import { type BackendEnv, PartitaError, sleep } from '../../../core/index.ts';
import { backoffMs } from '../backoff.ts';
import type { Leader, MetadataCache } from '../wire/metadata-cache.ts';
import { OutageLog } from './outage-log.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { noMetadata, unknownTopic } from './produce-error.ts';
import type { TopicRoute } from './topic-route.ts';

export interface TopicDirectoryOptions {
  readonly env: BackendEnv;
  readonly cache: MetadataCache;
  readonly maxAgeMs: number;
  readonly deliveryTimeoutMs: number;
  /** Partitions or leaders have been learned. */
  changed(route: TopicRoute): void;
  /** The partition is no more. */
  dropped(queue: PartitionQueue): void;
  /** Nothing can be written to this topic. */
  failed(route: TopicRoute, error: PartitaError): void;
}

/** A topic may have been created on another broker just now, but not known to the one we asked. */
const UNKNOWN_TOPIC_WAIT_MS = 5_000;

/** Keeps the routes of all topics in use up to date with the cluster. */
export class TopicDirectory {
  readonly #options: TopicDirectoryOptions;
  readonly #routes = new Map<string, TopicRoute>();
  readonly #stop = new AbortController();
  readonly #outage: OutageLog;
  #refreshing = false;
  #failures = 0;

  constructor(options: TopicDirectoryOptions) {
    this.#options = options;
    this.#outage = new OutageLog(options.env.log, 'producer: asking for metadata');
  }

  route(topic: string): TopicRoute | undefined {
    return this.#routes.get(topic);
  }

  add(route: TopicRoute): void {
    this.#routes.set(route.topic, route);
    this.#lookUp(route).catch((error: unknown) => this.#give(route, error as PartitaError));
  }

  routes(): Iterable<TopicRoute> {
    return this.#routes.values();
  }

  leader(topic: string, partition: number): Leader | undefined {
    return this.#options.cache.leader(topic, partition);
  }

  close(): void {
    this.#stop.abort();
  }

  /** Partitions may have been added. Cheap enough for every round. */
  refreshOld(): void {
    for (const { topic, queues } of this.#routes.values())
      if (queues.length > 0 && this.#options.cache.ageMs(topic) > this.#options.maxAgeMs) {
        this.refresh();
        return;
      }
  }

  /** Leaders have moved. One at a time, and after a pause when the last one did not help. */
  refresh(): void {
    if (this.#refreshing || this.#stop.signal.aborted) return;
    this.#refreshing = true;
    this.#refreshOnce()
      .then(
        () => this.#outage.succeeded(),
        (error: unknown) => this.#outage.failed(error as PartitaError),
      )
      .finally(() => {
        this.#refreshing = false;
        for (const route of [...this.#routes.values()])
          if (route.queues.length > 0) this.#options.changed(route);
      });
  }

  async #refreshOnce(): Promise<void> {
    const { env, cache } = this.#options;
    if (this.#failures > 0)
      await sleep(env.clock, backoffMs(this.#failures, env.random), this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    this.#failures++;
    const known = [...this.#routes.values()].filter(({ queues }) => queues.length > 0);
    await cache.refresh(known.map(({ topic }) => topic));
    for (const route of known) this.#learn(route);
  }

  /** Asks for the topic now. */
  async lookAgain(route: TopicRoute): Promise<void> {
    await this.#options.cache.refresh([route.topic]);
    this.#learn(route);
  }

  /** A round got through: the next trouble is a new one. */
  settled(): void {
    this.#failures = 0;
  }

  #learn(route: TopicRoute): void {
    const { cache, env } = this.#options;
    const found = cache.topic(route.topic);
    if (found !== undefined) {
      route.missingSinceMs = undefined;
      for (const queue of route.resize(found.partitions.length)) this.#options.dropped(queue);
      return;
    }
    route.missingSinceMs ??= env.clock.now();
    if (env.clock.now() - route.missingSinceMs >= UNKNOWN_TOPIC_WAIT_MS)
      this.#give(route, unknownTopic(route.topic));
  }

  async #lookUp(route: TopicRoute): Promise<void> {
    const { env, cache, deliveryTimeoutMs, changed } = this.#options;
    const { topic } = route;
    const startedAtMs = env.clock.now();
    for (let failures = 1; ; failures++) {
      const error = await this.#find(topic);
      const found = cache.topic(topic);
      if (this.#stop.signal.aborted) throw new PartitaError('CLOSED', 'The producer was closed.');
      if (error === undefined && found !== undefined) {
        route.resize(found.partitions.length);
        changed(route);
        return;
      }
      const waitedMs = env.clock.now() - startedAtMs;
      if (error === undefined && waitedMs >= UNKNOWN_TOPIC_WAIT_MS) throw unknownTopic(topic);
      if (waitedMs >= deliveryTimeoutMs) throw noMetadata(topic, deliveryTimeoutMs, error);
      await sleep(env.clock, backoffMs(failures, env.random), this.#stop.signal);
    }
  }

  async #find(topic: string): Promise<PartitaError | undefined> {
    try {
      await this.#options.cache.refresh([topic]);
      return undefined;
    } catch (error) {
      if (!PartitaError.is(error) || !error.retriable) throw error;
      return error;
    }
  }

  #give(route: TopicRoute, error: PartitaError): void {
    this.#routes.delete(route.topic);
    this.#options.cache.forget(route.topic);
    this.#options.failed(route, error);
  }
}
