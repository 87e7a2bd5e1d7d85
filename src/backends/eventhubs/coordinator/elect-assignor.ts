import type { MemberEntry } from '../../../core/index.ts';

type Offer = Pick<MemberEntry, 'assignors'>;

/**
 * Each member votes for the first of its assignors that all offer; most votes win, on a tie the one voted for first, as
 * Kafka's coordinator elects it (`GroupMetadata.selectProtocol`). Undefined when they have none in common.
 */
export function electAssignor(members: readonly Offer[]): string | undefined {
  const common = commonAssignors(members);
  const votes = new Map<string, number>();
  for (const { assignors } of members) {
    const choice = assignors.find((name) => common.has(name));
    if (choice !== undefined) votes.set(choice, (votes.get(choice) ?? 0) + 1);
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Names that every one of them offers. */
export function commonAssignors(members: readonly Offer[]): ReadonlySet<string> {
  const [first, ...others] = members;
  return new Set(
    first?.assignors.filter((name) => others.every(({ assignors }) => assignors.includes(name))),
  );
}
