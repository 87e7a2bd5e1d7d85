// ListTransactions v0-v2: all versions there are.
import { type Api, defineApi, requireVersion } from '../api.ts';

export interface ListTransactionsRequest {
  /** @default [] (all) */
  readonly states?: readonly string[];
  /** @default [] (all) */
  readonly producerIds?: readonly number[];
  /** Only those that are open for longer than that; needs v1. @default -1 (all) */
  readonly longerThanMs?: number;
  /** A regular expression of RE2; needs v2. @default null (all) */
  readonly idPattern?: string | null;
}

export interface ListedTransaction {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly state: string;
}

export interface ListTransactionsResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  /** Of the states asked for, those there are none of. */
  readonly unknownStates: readonly string[];
  readonly transactions: readonly ListedTransaction[];
}

const ANY_DURATION = -1;

export const listTransactionsApi: Api<ListTransactionsRequest, ListTransactionsResponse> =
  defineApi({
    key: 66,
    name: 'ListTransactions',
    versions: { min: 0, max: 2 },
    flexibleFrom: 0,
    write(to, request, version) {
      const { states = [], producerIds = [], idPattern = null } = request;
      const { longerThanMs = ANY_DURATION } = request;
      to.stringArray(states);
      to.array(producerIds, (one, id) => one.int64(id));
      if (longerThanMs !== ANY_DURATION)
        requireVersion('ListTransactions', 'a duration', version, 1);
      if (version >= 1) to.int64(longerThanMs);
      if (idPattern !== null) requireVersion('ListTransactions', 'a pattern of ids', version, 2);
      if (version >= 2) to.nullableString(idPattern);
    },
    read(from) {
      const response = {
        throttleTimeMs: from.int32(),
        errorCode: from.int16(),
        unknownStates: from.stringArray(),
        transactions: from.array((one) => {
          const transaction = {
            transactionalId: one.string(),
            producerId: one.int64(),
            state: one.string(),
          };
          one.tags();
          return transaction;
        }),
      };
      from.tags();
      return response;
    },
  });
