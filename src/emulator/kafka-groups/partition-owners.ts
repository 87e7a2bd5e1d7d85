import type { ConsumerMember } from './consumer-member.ts';

/** Who has each partition of a group, or has yet to give it up. */
export class PartitionOwners {
  readonly #byTopic = new Map<string, Map<number, string>>();

  isFree(topicId: string, partition: number): boolean {
    return this.#byTopic.get(topicId)?.has(partition) !== true;
  }

  claim({ id, assigned, revoking }: ConsumerMember): void {
    for (const set of [assigned, revoking])
      for (const [topicId, partition] of set) {
        const owners = this.#byTopic.get(topicId) ?? new Map<number, string>();
        this.#byTopic.set(topicId, owners.set(partition, id));
      }
  }

  release({ assigned, revoking }: ConsumerMember): void {
    for (const set of [assigned, revoking])
      for (const [topicId, partition] of set) this.#byTopic.get(topicId)?.delete(partition);
  }
}
