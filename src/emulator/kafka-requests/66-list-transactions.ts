import {
  errorCode,
  type ListTransactionsRequest,
  type ListTransactionsResponse,
  listTransactionsServerApi,
} from '../../protocol/index.ts';
import type { TransactionView } from '../kafka-transactions/transactions.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { coordinates } from './right-broker.ts';
import { stateName, transactionStates } from './transaction-states.ts';

/** ListTransactions v0-v2: those this broker coordinates. */
export const listTransactions: Endpoint = defineEndpoint({
  api: listTransactionsServerApi,
  gaps: ['Regular expressions are those of JavaScript, not of RE2.'],
  handle(request, call) {
    const pattern = patternOf(request.idPattern ?? '');
    if (pattern === undefined) return failed(errorCode.INVALID_REGULAR_EXPRESSION);
    const { states = [] } = request;
    const nowMs = call.broker.clock.now();
    const found = call.broker.transactions.all.filter(
      (transaction) =>
        coordinates(call, { transaction: transaction.id }) &&
        pattern.test(transaction.id) &&
        isWanted(transaction, request, nowMs),
    );
    return {
      ...failed(errorCode.NONE),
      unknownStates: states.filter((state) => !transactionStates.has(state)),
      transactions: found.map((transaction) => ({
        transactionalId: transaction.id,
        producerId: transaction.producerId,
        state: stateName(transaction),
      })),
    };
  },
  refuse: (_, code) => failed(code),
});

/** A transaction that never began counts as very old, as in Kafka. */
function isWanted(
  transaction: TransactionView,
  { states = [], producerIds = [], longerThanMs = -1 }: ListTransactionsRequest,
  nowMs: number,
): boolean {
  return (
    (states.length === 0 || states.includes(stateName(transaction))) &&
    (producerIds.length === 0 || producerIds.includes(transaction.producerId)) &&
    (longerThanMs < 0 || nowMs - transaction.startedAtMs > longerThanMs)
  );
}

/** It must fit an id as a whole; the empty one fits all. Undefined: it is none. */
function patternOf(text: string): RegExp | undefined {
  try {
    return text === '' ? /^/ : new RegExp(`^(?:${text})$`);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function failed(code: number): ListTransactionsResponse {
  return { throttleTimeMs: 0, errorCode: code, unknownStates: [], transactions: [] };
}
