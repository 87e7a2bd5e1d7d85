import {
  type ListTransactionsRequest,
  type ListTransactionsResponse,
  listTransactionsApi,
} from '../apis/66-list-transactions.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const listTransactionsServerApi: ServerApi<
  ListTransactionsRequest,
  ListTransactionsResponse
> = defineServerApi(listTransactionsApi, {
  readRequest: (from, version) => ({
    states: from.stringArray(),
    producerIds: from.array((one) => one.int64()),
    longerThanMs: version >= 1 ? from.int64() : -1,
    idPattern: version >= 2 ? from.nullableString() : null,
  }),
  writeResponse(to, { throttleTimeMs, errorCode, unknownStates, transactions }) {
    to.int32(throttleTimeMs);
    to.int16(errorCode);
    to.stringArray(unknownStates);
    to.array(transactions, (one, { transactionalId, producerId, state }) => {
      one.string(transactionalId);
      one.int64(producerId);
      one.string(state);
      one.tags();
    });
  },
});
