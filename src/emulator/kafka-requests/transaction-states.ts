import type { TransactionView } from '../kafka-transactions/transactions.ts';

/** Kafka's names for the states that transactions have here. */
const names: Readonly<Record<TransactionView['state'], string>> = {
  empty: 'Empty',
  ongoing: 'Ongoing',
  committed: 'CompleteCommit',
  aborted: 'CompleteAbort',
};

/** All states that Kafka knows (`TransactionState`). */
export const transactionStates: ReadonlySet<string> = new Set([
  ...Object.values(names),
  'PrepareCommit',
  'PrepareAbort',
  'Dead',
  'PrepareEpochFence',
]);

export function stateName({ state }: TransactionView): string {
  return names[state];
}
