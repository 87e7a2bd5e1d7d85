import { type Assignor, PartitaError } from '../../../core/index.ts';

/** Names that every one of these lists offers. */
export function commonAssignors(offers: readonly (readonly Assignor[])[]): Set<string> {
  const [first = [], ...others] = offers;
  return new Set(
    first
      .map((assignor) => assignor.name)
      .filter((name) => others.every((offer) => offer.some((assignor) => assignor.name === name))),
  );
}

/**
 * Each member votes for the first of its assignors that all have; most votes win, on a tie the one voted for first.
 * As Kafka's coordinator does it (`GroupMetadata.selectProtocol`).
 */
export function chooseAssignor(offers: readonly (readonly Assignor[])[]): string {
  const common = commonAssignors(offers);
  const votes = new Map<string, number>();
  for (const offer of offers) {
    const choice = offer.find((assignor) => common.has(assignor.name));
    if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
  }
  const [winner] = [...votes].sort(([, a], [, b]) => b - a);
  if (winner === undefined)
    throw new PartitaError('INTERNAL', 'A group without a common assignor reached the assignment');
  return winner[0];
}

/** @throws PartitaError `INCOMPATIBLE_GROUP` when the newcomer shares no assignor with all who are there. */
export function checkCompatible(
  group: string,
  offered: readonly Assignor[],
  others: readonly (readonly Assignor[])[],
): void {
  if (commonAssignors([offered, ...others]).size > 0) return;
  const ours = offered.map((assignor) => assignor.name).join(', ') || 'none';
  const theirs = [...commonAssignors(others)].join(', ');
  throw new PartitaError(
    'INCOMPATIBLE_GROUP',
    `This member offers the assignors ${ours}, but group ${group} has in common only: ${theirs}. Offer one of those as well`,
  );
}
