import type { GroupOptions } from '../../../src/core/index.ts';
import { seededRandom, VirtualClock } from '../../../src/testing/index.ts';
import { groupOptions } from '../group-options.ts';
import { SimCluster } from './sim-cluster.ts';
import { SimMember, type SimMemberOptions } from './sim-member.ts';

/** A cluster with one topic `t` on a virtual clock, and members of group `g` that come up by name. */
export class SimWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly cluster: SimCluster;
  readonly #members: SimMember[] = [];

  constructor(partitions: number) {
    this.cluster = new SimCluster(this.clock, seededRandom(1));
    this.cluster.topics.set('t', partitions);
  }

  join(
    name: string,
    options: Partial<GroupOptions> = {},
    engine: Omit<SimMemberOptions, 'name' | 'options'> = {},
  ): SimMember {
    const subscription = { kind: 'topics', topics: ['t'] } as const;
    const member = new SimMember(this.cluster, {
      name,
      options: groupOptions({ group: 'g', subscription, ...options }),
      ...engine,
    });
    this.#members.push(member);
    return member;
  }

  /** Until every living member has so many partitions. */
  async shared(each: number): Promise<void> {
    const even = () =>
      this.#members.every(
        ({ gone, held, state }) => gone || (held.size === each && state?.state === 'stable'),
      );
    await this.clock.until(even, { limitMs: 60_000, what: `${each} partitions for each member` });
  }

  async close(member: SimMember, leave: boolean): Promise<void> {
    await Promise.all([member.close(leave), this.clock.advance(50)]);
  }

  /** Requests of one kind so far. */
  count(api: string): number {
    return this.cluster.requests.filter((request) => request.startsWith(`${api}@`)).length;
  }
}
