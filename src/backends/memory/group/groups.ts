import type { Topics } from '../log/topics.ts';
import { Coordinator } from './coordinator.ts';

/** All groups of one broker. */
export class Groups {
  readonly #groups = new Map<string, Coordinator>();
  readonly #topics: Topics;

  constructor(topics: Topics) {
    this.#topics = topics;
  }

  /** The group, made when it is new. */
  get(group: string): Coordinator {
    const found = this.#groups.get(group) ?? new Coordinator(group, this.#topics);
    this.#groups.set(group, found);
    return found;
  }

  find(group: string): Coordinator | undefined {
    return this.#groups.get(group);
  }

  names(): string[] {
    return [...this.#groups.keys()].sort();
  }

  all(): Iterable<Coordinator> {
    return this.#groups.values();
  }

  /** Positions in a deleted topic mean nothing in the next one of that name. */
  forgetTopic(topic: string): void {
    for (const group of this.#groups.values()) group.offsets.forget(topic);
  }
}
