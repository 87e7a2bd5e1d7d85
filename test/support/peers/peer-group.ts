import { expect } from 'vitest';
import type { Assignor } from '../../../src/core/index.ts';
import { until } from '../until.ts';
import type { GroupPeer } from './group-peer.ts';
import type { LiveProduction, Written } from './live-production.ts';
import { OurPeer } from './our-peer.ts';
import type { PeerProcess } from './peer-process.ts';

/** All members that a group had, and what was written to its topic of six partitions meanwhile. */
export class PeerGroup {
  readonly #bootstrap: readonly string[];
  readonly topic: string;
  readonly #production: LiveProduction;
  readonly #members: GroupPeer[] = [];
  #written: Written | undefined;

  constructor(bootstrap: readonly string[], topic: string, production: LiveProduction) {
    this.#bootstrap = bootstrap;
    this.topic = topic;
    this.#production = production;
  }

  add<Member extends GroupPeer>(member: Member): Member {
    this.#members.push(member);
    return member;
  }

  joinOurs(...assignors: readonly Assignor[]): OurPeer {
    return this.add(new OurPeer(this.#bootstrap, this.topic, assignors));
  }

  joinTheirs(process: PeerProcess, ...assignors: readonly Assignor[]): GroupPeer {
    const names = assignors.map(({ name }) => name);
    return this.add(process.join(this.topic, names));
  }

  /** From now on records come in all the time. */
  produce(): void {
    this.#written = this.#production.open(this.topic);
  }

  /** Waits until the members own this many partitions, counted in rising order. */
  async shares(members: readonly GroupPeer[], wanted: readonly number[]): Promise<void> {
    const shares = () => String(members.map(({ owned }) => owned.size).sort());
    const what = `shares of ${wanted}`;
    await until(what, () => shares() === String(wanted), { timeoutMs: 60_000 });
  }

  /**
   * Ends production and waits until every record was handled, by whomever; exactly once. A member that may repeat records,
   * because its client does not commit before it gives partitions up, counts for none missing only.
   */
  async everythingWasHandledOnce(repeating?: GroupPeer): Promise<void> {
    await this.#production.close(this.topic);
    const values = this.#written?.values.sort() ?? [];
    const by = (members: readonly GroupPeer[]) =>
      members.flatMap((each) => each.handled.map(({ value }) => value));
    const all = () => [...new Set(by(this.#members))].sort();
    await until('every record is handled', () => all().length >= values.length);
    expect(values.length).toBeGreaterThan(0);
    expect(all()).toEqual(values);
    expect(this.#repeats(repeating)).toEqual([]);
  }

  /** Records that were handled again, and by which members in the order of joining. */
  #repeats(repeating: GroupPeer | undefined): string[] {
    const handlers = new Map<string, number[]>();
    for (const [number, member] of this.#members.entries()) {
      if (member === repeating) continue;
      for (const { value } of member.handled)
        handlers.set(value, [...(handlers.get(value) ?? []), number]);
    }
    const repeated = [...handlers].filter(([, numbers]) => numbers.length > 1);
    return repeated.map(([value, numbers]) => `${value} by members ${numbers.join(' and ')}`);
  }

  /** What went wrong in any member, also in passing. */
  get troubles(): string[] {
    return this.#members.flatMap((member) =>
      member instanceof OurPeer
        ? member.failures
        : member.log.filter((line) => line.startsWith('failed')),
    );
  }
}
