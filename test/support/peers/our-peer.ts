import { setTimeout as delay } from 'node:timers/promises';
import { type Assignor, formatPartition } from '../../../src/core/index.ts';
import { groupOptions } from '../group-options.ts';
import { KafkaTestMember } from '../kafka-test-member.ts';
import type { GroupPeer, Handled } from './group-peer.ts';

/** A member of ours, seen as the members of other clients are. Its group is named like its topic, as theirs are. */
export class OurPeer implements GroupPeer {
  readonly handled: Handled[] = [];
  readonly member: KafkaTestMember;

  constructor(bootstrap: readonly string[], topic: string, assignors: readonly Assignor[]) {
    const subscription = { kind: 'topics', topics: [topic] } as const;
    this.member = new KafkaTestMember(
      bootstrap,
      groupOptions({ group: topic, subscription, assignors }),
    );
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
    const { listener } = this.member;
    const { drain } = listener;
    listener.drain = async (removed, deadlineMs) => {
      await delay(forMs);
      await drain(removed, deadlineMs);
    };
  }

  async leave(): Promise<void> {
    const { session, listener, failures } = this.member;
    const owned = [...listener.owned.values()];
    session.pause(owned);
    const commits = owned.flatMap(({ topic, partition }) => this.member.read(topic, partition));
    failures.push(...(await session.commit(commits)));
    await this.member.stop();
  }
}
