import { type BackendEnv, PartitaError, type Subscription, sleep } from '../../../core/index.ts';
import type { ClusterMetadata, Wire } from '../wire/wire.ts';
import { interrupted } from './interruptible.ts';
import { type RepeatOptions, repeatUntilDone } from './repeat.ts';

/** A topic that was created just now may not be known to every broker yet. */
const GRACE_MS = 3_000;
const GRACE_STEP_MS = 250;

type SharedSubscription = Exclude<Subscription, { kind: 'partitions' }>;

/** The topics by name that a session asks for: chosen ones, or all that match a pattern at the moment. */
export class SubscribedTopics {
  readonly #wire: Wire;
  readonly #env: BackendEnv;
  readonly #subscription: SharedSubscription;
  #names: readonly string[] = [];

  constructor(wire: Wire, env: BackendEnv, subscription: SharedSubscription) {
    this.#wire = wire;
    this.#env = env;
    this.#subscription = subscription;
  }

  /** Sorted, each once. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Whether the names may change while the session runs. */
  get mayChange(): boolean {
    return this.#subscription.kind === 'pattern';
  }

  /** @throws PartitaError `UNKNOWN_TOPIC` when a chosen topic does not exist. */
  async load(options: RepeatOptions): Promise<ClusterMetadata> {
    const graceEndsMs = this.#env.clock.now() + GRACE_MS;
    for (;;) {
      const metadata = await repeatUntilDone(
        'Looking for the subscribed topics',
        () => this.#wire.metadata(this.mayChange ? null : this.#chosen()),
        options,
      );
      const missing = this.#chosen().filter((topic) => !metadata.topics.has(topic));
      if (missing.length === 0) {
        this.update(metadata);
        return metadata;
      }
      if (this.#env.clock.now() >= graceEndsMs) throw unknownTopics(missing);
      await sleep(this.#env.clock, GRACE_STEP_MS, options.signal);
      if (options.signal.aborted) throw interrupted('Looking for the subscribed topics');
    }
  }

  /**
   * Takes over what metadata of all topics says.
   *
   * @returns whether the names have changed.
   */
  update(metadata: ClusterMetadata): boolean {
    const before = this.#names;
    this.#names =
      this.#subscription.kind === 'topics'
        ? this.#chosen()
        : matchingTopics(metadata, this.#subscription.pattern);
    return before.join() !== this.#names.join();
  }

  #chosen(): readonly string[] {
    return this.#subscription.kind === 'topics'
      ? [...new Set(this.#subscription.topics)].sort()
      : [];
  }
}

function matchingTopics(metadata: ClusterMetadata, pattern: RegExp): readonly string[] {
  // A name matches as a whole, and state of the expression (`g`, `y`) must not skip any.
  const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ''));
  const names: string[] = [];
  for (const { topic, internal } of metadata.topics.values())
    if (!internal && whole.test(topic)) names.push(topic);
  return names.sort();
}

function unknownTopics(missing: readonly string[]): PartitaError {
  const [topic = ''] = missing;
  return new PartitaError(
    'UNKNOWN_TOPIC',
    `Not found among the topics: ${missing.join(', ')}. Check the spelling, create what is missing, and see that these credentials may describe it.`,
    { topic },
  );
}
