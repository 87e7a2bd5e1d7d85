import { errorCode, type TransactionOwner } from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';

/** Versions of the transactional requests before this one know no PRODUCER_FENCED (KIP-588). */
const PRODUCER_FENCED_FROM = 2;

/** Why the transaction is not the client's, as its version of the request can be told, or 0. */
export function ownerProblem(
  owner: TransactionOwner,
  { transactions }: BrokerState,
  version: number,
): number {
  const problem = transactions.problem(owner);
  return problem === errorCode.PRODUCER_FENCED && version < PRODUCER_FENCED_FROM
    ? errorCode.INVALID_PRODUCER_EPOCH
    : problem;
}
