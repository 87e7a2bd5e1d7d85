import { type BackendEnv, type Cancel, PartitaError } from '../../../core/index.ts';
import type { ClusterMetadata, Wire } from '../wire/wire.ts';
import { countPartitions } from './leader.ts';
import type { SubscribedTopics } from './subscribed-topics.ts';

export interface TopicWatchDeps {
  readonly wire: Wire;
  readonly env: BackendEnv;
  readonly topics: SubscribedTopics;
  readonly intervalMs: number;
  /** What the leader's plan rests on; `undefined` while another member leads. */
  readonly planned: () => ReadonlyMap<string, number> | undefined;
  /** The group must be assigned anew. */
  readonly changed: (reason: string) => void;
  readonly trouble: (error: PartitaError) => void;
}

/**
 * Looks from time to time whether the cluster still is what the assignment rests on: the leader watches the partitions of
 * all topics of the group, and a member that follows a pattern watches which topics match.
 */
export class TopicWatch {
  readonly #deps: TopicWatchDeps;
  #cancel: Cancel | undefined;
  #stopped = false;
  /** Topics missing in the last answer. One broker may be behind, so only the second time counts. */
  #missing: ReadonlySet<string> = new Set();

  constructor(deps: TopicWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { env, intervalMs } = this.#deps;
    if (this.#stopped) return;
    this.#cancel = env.clock.schedule(intervalMs, () => {
      void this.#look().finally(() => this.start());
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { wire, topics, planned, trouble } = this.#deps;
    const plan = planned();
    if (plan === undefined && !topics.mayChange) return;
    try {
      const metadata = await wire.metadata(topics.mayChange ? null : [...(plan?.keys() ?? [])]);
      if (this.#stopped) return;
      this.#compareNames(metadata);
      const now = planned();
      // A rebalance in the meantime has made a new plan from newer metadata.
      if (plan !== undefined && now === plan) this.#comparePartitions(metadata, plan);
    } catch (error) {
      if (this.#stopped) return;
      const what = 'Looking for new topics and partitions failed; it is tried again';
      trouble(
        PartitaError.is(error)
          ? error
          : new PartitaError('UNAVAILABLE', what, { cause: error, retriable: true }),
      );
    }
  }

  #compareNames(metadata: ClusterMetadata): void {
    const { topics, changed } = this.#deps;
    const before = topics.names;
    if (topics.mayChange && topics.update(metadata))
      changed(`topics that match are now ${topics.names.join(', ')}; were ${before.join(', ')}`);
  }

  #comparePartitions(metadata: ClusterMetadata, plan: ReadonlyMap<string, number>): void {
    const counts = countPartitions(metadata, [...plan.keys()]);
    const missing = new Set<string>();
    for (const [topic, before] of plan) {
      const now = counts.get(topic) ?? 0;
      if (now === 0) missing.add(topic);
      if (now === before || (now === 0 && !this.#missing.has(topic))) continue;
      this.#deps.changed(`topic ${topic} has ${now} partitions, had ${before}`);
      break;
    }
    this.#missing = missing;
  }
}
