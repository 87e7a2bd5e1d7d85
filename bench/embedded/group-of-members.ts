import { setTimeout as delay } from 'node:timers/promises';
import type { Assignor, TopicPartition } from '../../src/core/index.ts';
import {
  consumerGroupHeartbeatApi,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  errorCode,
  heartbeatApi,
  type JoinGroupResponse,
  joinGroupApi,
  syncGroupApi,
} from '../../src/protocol/index.ts';
import { RawLink } from '../../test/integration/protocol/raw-link.ts';

export interface GroupPlan {
  readonly bootstrap: string;
  readonly groupId: string;
  readonly topic: string;
  readonly partitions: number;
  readonly heartbeatMs: number;
}

/** A member that does nothing but be a member. */
export interface BareMember {
  /** Partitions it may read. */
  readonly owned: ReadonlySet<string>;
  /** It has yet to give something up, or to join again. */
  readonly busy: boolean;
  stop(): Promise<void>;
}

const SESSION_MS = 30_000;
const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;

/** Of the classic protocol: the leader shares out. */
export class ClassicMember implements BareMember {
  owned: ReadonlySet<string> = new Set();
  busy = true;
  readonly #plan: GroupPlan;
  readonly #assignor: Assignor;
  readonly #link: RawLink;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #held: readonly TopicPartition[] = [];
  #memberId = '';
  #generation = -1;

  private constructor(plan: GroupPlan, assignor: Assignor, link: RawLink) {
    this.#plan = plan;
    this.#assignor = assignor;
    this.#link = link;
    this.#running = this.#run();
  }

  static async start(plan: GroupPlan, assignor: Assignor): Promise<ClassicMember> {
    return new ClassicMember(plan, assignor, await RawLink.open(plan.bootstrap));
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    this.#link.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      if (this.busy) await this.#join();
      else if (await this.#isRebalancing()) this.busy = true;
      else await delay(this.#plan.heartbeatMs);
    }
  }

  async #isRebalancing(): Promise<boolean> {
    const member = { memberId: this.#memberId, generationId: this.#generation };
    const request = { groupId: this.#plan.groupId, ...member };
    const { errorCode: code } = await this.#link.send(heartbeatApi, request, 4);
    return code !== errorCode.NONE;
  }

  async #join(): Promise<void> {
    const { groupId, topic } = this.#plan;
    if (this.#assignor.rebalance === 'eager') this.#hold([]);
    const metadata = encodeSubscription({
      topics: [topic],
      userData: null,
      ownedPartitions: [{ topic, partitions: this.#held.map(({ partition }) => partition) }],
      generationId: this.#generation,
      rackId: null,
    });
    const joined = await this.#link.send(
      joinGroupApi,
      {
        groupId,
        memberId: this.#memberId,
        sessionTimeoutMs: SESSION_MS,
        rebalanceTimeoutMs: SESSION_MS,
        protocolType: 'consumer',
        protocols: [{ name: this.#assignor.name, metadata }],
      },
      9,
    );
    this.#memberId = joined.memberId;
    if (joined.errorCode === errorCode.NONE) await this.#sync(joined);
    else if (joined.errorCode !== errorCode.MEMBER_ID_REQUIRED)
      throw new Error(`JoinGroup answered ${joined.errorCode}`);
  }

  async #sync({ generationId, leader, members }: JoinGroupResponse): Promise<void> {
    const memberId = this.#memberId;
    const { groupId } = this.#plan;
    const assignments = memberId === leader ? this.#share(members) : [];
    const naming = { protocolType: 'consumer', protocolName: this.#assignor.name };
    const request = { groupId, memberId, generationId, ...naming, assignments };
    const synced = await this.#link.send(syncGroupApi, request, 5);
    if (synced.errorCode !== errorCode.NONE) return;
    this.#generation = generationId;
    const given = decodeAssignment(synced.assignment).partitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    const names = new Set(given.map(nameOf));
    // What is to be given up is given up, and then all have to come together once more (KIP-429).
    this.busy = this.#held.some((each) => !names.has(nameOf(each)));
    this.#hold(given);
  }

  #share(members: JoinGroupResponse['members']) {
    const { topic, partitions } = this.#plan;
    const view = members.map(({ memberId, metadata }) => {
      const { topics, ownedPartitions, generationId } = decodeSubscription(metadata);
      const owned = ownedPartitions.flatMap((each) =>
        each.partitions.map((partition) => ({ topic: each.topic, partition })),
      );
      return { id: memberId, topics, owned, generation: generationId };
    });
    const partitionCounts = new Map([[topic, partitions]]);
    const shared = this.#assignor.assign({ members: view, partitionCounts });
    return [...shared].map(([memberId, part]) => {
      const given = [{ topic, partitions: part.map(({ partition }) => partition) }];
      return { memberId, assignment: encodeAssignment({ partitions: given, userData: null }) };
    });
  }

  #hold(partitions: readonly TopicPartition[]): void {
    this.#held = partitions;
    this.owned = new Set(partitions.map(nameOf));
  }
}

/** Of the protocol of KIP-848: the coordinator shares out. */
export class ConsumerMember implements BareMember {
  owned: ReadonlySet<string> = new Set();
  busy = true;
  readonly #plan: GroupPlan;
  readonly #memberId: string;
  readonly #link: RawLink;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;

  private constructor(plan: GroupPlan, memberId: string, link: RawLink) {
    this.#plan = plan;
    this.#memberId = memberId;
    this.#link = link;
    this.#running = this.#run();
  }

  static async start(plan: GroupPlan, memberId: string): Promise<ConsumerMember> {
    return new ConsumerMember(plan, memberId, await RawLink.open(plan.bootstrap));
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    this.#link.close();
  }

  async #run(): Promise<void> {
    const { groupId, topic, heartbeatMs } = this.#plan;
    let memberEpoch = 0;
    let held: readonly { readonly topicId: string; readonly partitions: readonly number[] }[] = [];
    while (!this.#stopped.signal.aborted) {
      const all = { rebalanceTimeoutMs: SESSION_MS, subscribedTopics: [topic] };
      const request = {
        groupId,
        memberId: this.#memberId,
        memberEpoch,
        owned: held,
        ...(memberEpoch === 0 && all),
      };
      const answer = await this.#link.send(consumerGroupHeartbeatApi, request, 1);
      if (answer.errorCode !== errorCode.NONE)
        throw new Error(`heartbeat answered ${answer.errorCode}: ${answer.errorMessage}`);
      memberEpoch = answer.memberEpoch;
      this.busy = answer.assignment !== null;
      if (answer.assignment !== null) {
        held = answer.assignment;
        const partitions = held.flatMap((each) => each.partitions);
        this.owned = new Set(partitions.map((partition) => nameOf({ topic, partition })));
      } else {
        await delay(heartbeatMs);
      }
    }
  }
}
