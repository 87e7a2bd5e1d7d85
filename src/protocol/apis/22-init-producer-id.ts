// InitProducerId v0-v4. Missing: v5 (transactions v2), v6 (two-phase commit).
import { type Api, defineApi } from '../api.ts';

export interface InitProducerIdRequest {
  /** `null`: idempotent only. */
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  /** Current id and epoch, to have the epoch bumped (KIP-360). Sent from v3. @default -1 */
  readonly producerId?: number;
  /** @default -1 */
  readonly producerEpoch?: number;
}

export interface InitProducerIdResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly producerId: number;
  readonly producerEpoch: number;
}

export const initProducerIdApi: Api<InitProducerIdRequest, InitProducerIdResponse> = defineApi({
  key: 22,
  name: 'InitProducerId',
  versions: { min: 0, max: 4 },
  flexibleFrom: 2,
  write(to, request, version) {
    to.nullableString(request.transactionalId);
    to.int32(request.transactionTimeoutMs);
    if (version >= 3) {
      to.int64(request.producerId ?? -1);
      to.int16(request.producerEpoch ?? -1);
    }
  },
  read(from) {
    const response = {
      throttleTimeMs: from.int32(),
      errorCode: from.int16(),
      producerId: from.int64(),
      producerEpoch: from.int16(),
    };
    from.tags();
    return response;
  },
});
