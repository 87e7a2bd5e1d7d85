import type { ConsumerGroupHeartbeatRequest } from '../../protocol/index.ts';
import type { Topics } from '../kafka-log/topics.ts';
import type { ConsumerMember } from './consumer-member.ts';
import { expression } from './heartbeat-check.ts';
import type { PartitionCounts } from './server-assignors.ts';

/** Which topics the members of a group are subscribed to, by name or by expression, and whether those have changed. */
export class Subscriptions {
  readonly #topics: Topics;
  /** Topics and their numbers of partitions as they were when looked at last. */
  #seen = '';

  constructor(topics: Topics) {
    this.#topics = topics;
  }

  /** Takes over what the member says about itself. True: its subscription has changed. */
  update(member: ConsumerMember, request: ConsumerGroupHeartbeatRequest): boolean {
    const { rackId, rebalanceTimeoutMs = -1, serverAssignor } = request;
    const topics = request.subscribedTopics ?? member.subscribedTopics;
    const regex = request.subscribedRegex ?? member.subscribedRegex;
    if (rackId != null) member.rackId = rackId;
    if (rebalanceTimeoutMs !== -1) member.rebalanceTimeoutMs = rebalanceTimeoutMs;
    const assignor = serverAssignor ?? member.serverAssignor;
    const same = topics === member.subscribedTopics && regex === member.subscribedRegex;
    // No topic has a blank in its name.
    const subscription = same ? member.subscription : `${[...topics].sort().join()} ${regex}`;
    const changed = subscription !== member.subscription || assignor !== member.serverAssignor;
    member.subscription = subscription;
    member.subscribedTopics = topics;
    member.subscribedRegex = regex;
    member.serverAssignor = assignor;
    return changed;
  }

  /** A topic of theirs was made, has grown or is gone since this was asked last. */
  haveChanged(members: Iterable<ConsumerMember>): boolean {
    const seen = [...this.counts(members)].map((each) => each.join(' ')).join();
    const changed = seen !== this.#seen;
    this.#seen = seen;
    return changed;
  }

  includes({ subscribedTopics, subscribedRegex }: ConsumerMember, topic: string): boolean {
    return (
      subscribedTopics.includes(topic) ||
      (subscribedRegex !== '' && expression(subscribedRegex).test(topic))
    );
  }

  /** Ids of the topics that exist, in the order of their names. */
  topicIdsOf({ subscribedTopics, subscribedRegex }: ConsumerMember): ReadonlySet<string> {
    const names = new Set(subscribedTopics);
    if (subscribedRegex !== '') {
      const fits = expression(subscribedRegex);
      for (const { name } of this.#topics.all) if (fits.test(name)) names.add(name);
    }
    const ids = [...names].sort().flatMap((name) => this.#topics.get(name)?.id ?? []);
    return new Set(ids);
  }

  /** Partitions of all topics that some member is subscribed to. */
  counts(members: Iterable<ConsumerMember>): PartitionCounts {
    const counts = new Map<string, number>();
    const asked = new Set<string>();
    for (const member of members) {
      // Most members of a group say the same.
      if (asked.has(member.subscription)) continue;
      asked.add(member.subscription);
      for (const id of this.topicIdsOf(member))
        counts.set(id, this.#topics.withId(id)?.partitions.length ?? 0);
    }
    return counts;
  }
}
