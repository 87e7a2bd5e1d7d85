import { setTimeout as delay } from 'node:timers/promises';
import { type Assignor, formatPartition } from '../../../src/core/index.ts';
import { groupOptions } from '../group-options.ts';
import { KafkaTestMember } from '../kafka-test-member.ts';
import { until } from '../until.ts';
import type { GroupPeer, Handled } from './group-peer.ts';

/** A member of ours, seen as the members of other clients are. Its group is named like its topic, as theirs are. */
export class OurPeer implements GroupPeer {
  readonly handled: Handled[] = [];
  readonly member: KafkaTestMember;
  #handOverMs = 0;
  #handOver: Promise<void> = Promise.resolve();

  constructor(bootstrap: readonly string[], topic: string, assignors: readonly Assignor[]) {
    const subscription = { kind: 'topics', topics: [topic] } as const;
    this.member = new KafkaTestMember(
      bootstrap,
      groupOptions({ group: topic, subscription, assignors }),
    );
    const { drain } = this.member.listener;
    this.member.listener.drain = (removed, deadlineMs) => {
      this.#handOver = delay(this.#handOverMs).then(() => drain(removed, deadlineMs));
      return this.#handOver;
    };
    this.member.listener.hasRoom = ({ records }) => {
      const atMs = performance.now();
      for (const { value } of records) this.handled.push({ value: String(value), atMs });
      return true;
    };
  }

  get owned(): ReadonlySet<string> {
    return new Set(this.member.listener.owned.keys());
  }

  get log(): readonly string[] {
    return this.member.listener.log.filter((line) => !line.startsWith('failed'));
  }

  get generation(): number {
    return this.member.listener.generation;
  }

  /** Name of the assignor that the group settled on. */
  get assignor(): string | undefined {
    return this.member.listener.states.at(-1)?.assignor;
  }

  get isLeader(): boolean {
    return this.member.listener.states.at(-1)?.isLeader ?? false;
  }

  /** What went wrong, also in passing, and commits that were not stored. */
  get failures(): readonly string[] {
    const refused = this.member.failures.map(
      (each) => `${formatPartition(each)} ${each.error.message}`,
    );
    return [...this.member.listener.errors.map(({ message }) => message), ...refused];
  }

  /** From now on giving partitions up takes this long, as with handlers that have much to finish. */
  handOverSlowly(forMs: number): void {
    this.#handOverMs = forMs;
  }

  async leave(): Promise<void> {
    await until('what was read is committed', () => this.#commitAll());
    await this.member.stop();
  }

  /** False when the group moved meanwhile: partitions that came anew are read until they are paused, too. */
  async #commitAll(): Promise<boolean> {
    const { session, listener } = this.member;
    const owned = [...listener.owned.values()];
    session.pause(owned);
    const read = listener.batches.length;
    const commits = owned.flatMap(({ topic, partition }) => this.member.read(topic, partition));
    const refused = await session.commit(commits);
    await this.#handOver;
    return refused.length === 0 && listener.batches.length === read;
  }
}
