import type { Subscription } from '../../../core/index.ts';
import type { Topics } from '../log/topics.ts';
import { subscribedTopics } from './subscribed-topics.ts';

/** What a member wants to read, and whether that has changed since it last joined. */
export class TopicInterest {
  readonly #subscription: Subscription;
  readonly #topics: Topics;
  #names: readonly string[] = [];
  #counts = '';

  constructor(subscription: Subscription, topics: Topics) {
    this.#subscription = subscription;
    this.#topics = topics;
  }

  /**
   * Topics as they are now, to join with. What changes from here on is news.
   * @throws PartitaError `UNKNOWN_TOPIC`
   */
  look(): readonly string[] {
    this.#names = subscribedTopics(this.#subscription, this.#topics);
    this.#counts = this.#countsOf(this.#names);
    return this.#names;
  }

  /** A pattern matches other topics than before. */
  get hasNewTopics(): boolean {
    if (this.#subscription.kind !== 'pattern') return false;
    return subscribedTopics(this.#subscription, this.#topics).join() !== this.#names.join();
  }

  /** A topic has other partitions than before. */
  get hasNewPartitions(): boolean {
    return this.#countsOf(this.#names) !== this.#counts;
  }

  #countsOf(names: readonly string[]): string {
    return names.map((topic) => `${topic}:${this.#topics.count(topic)}`).join();
  }
}
