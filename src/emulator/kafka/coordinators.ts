/** As many partitions as Kafka's own topics of groups and of transactions have. */
const SLOTS = 50;

/** Who a request needs: the coordinator of a group, or of a transactional id. */
export type CoordinatorOf = { readonly group: string } | { readonly transaction: string };

/** Which broker coordinates which groups and transactions: by hash of their ids, as Kafka does, until somebody moves them. */
export class Coordinators {
  readonly #groups: Int32Array = new Int32Array(SLOTS);
  readonly #transactions: Int32Array = new Int32Array(SLOTS);
  readonly #movedGroups = new Map<string, number>();

  constructor(nodeIds: readonly number[]) {
    for (let slot = 0; slot < SLOTS; slot++) {
      this.#groups[slot] = nodeIds[slot % nodeIds.length] ?? 0;
      this.#transactions[slot] = nodeIds[slot % nodeIds.length] ?? 0;
    }
  }

  /** Id of the broker. */
  find(of: CoordinatorOf): number {
    if ('transaction' in of) return this.#transactions[slotOf(of.transaction)] ?? 0;
    return this.#movedGroups.get(of.group) ?? this.#groups[slotOf(of.group)] ?? 0;
  }

  moveGroup(group: string, to: number): void {
    this.#movedGroups.set(group, to);
  }

  /** Everything one broker coordinates goes to the others, in turn. */
  leave(nodeId: number, others: readonly number[]): void {
    let next = 0;
    const heir = (): number => others[next++ % others.length] ?? nodeId;
    for (const slots of [this.#groups, this.#transactions])
      for (let slot = 0; slot < SLOTS; slot++) if (slots[slot] === nodeId) slots[slot] = heir();
    for (const [group, at] of this.#movedGroups)
      if (at === nodeId) this.#movedGroups.set(group, heir());
  }
}

/** `Utils.abs(id.hashCode()) % 50` of Java. */
export function slotOf(id: string): number {
  let hash = 0;
  for (let at = 0; at < id.length; at++) hash = (Math.imul(hash, 31) + id.charCodeAt(at)) | 0;
  return (hash & 0x7fff_ffff) % SLOTS;
}
