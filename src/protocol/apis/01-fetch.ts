// Fetch v4-v12. Missing: v0-v3 (old record formats; Kafka 4 closes the socket), v13+ (topics by id).
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';

export interface FetchPartition {
  readonly partition: number;
  readonly fetchOffset: number;
  /** Epoch of the leader we believe in; answered by FENCED/UNKNOWN_LEADER_EPOCH. Sent from v9. @default -1 */
  readonly currentLeaderEpoch?: number;
  /** Epoch of the last record we have; lets the leader report truncation. Sent from v12. @default -1 */
  readonly lastFetchedEpoch?: number;
  readonly maxBytes: number;
}

export interface FetchTopic {
  readonly topic: string;
  readonly partitions: readonly FetchPartition[];
}

export interface ForgottenTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface FetchRequest {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  /** 0: read uncommitted, 1: read committed (aborted records still come, see `AbortedFilter`). @default 0 */
  readonly isolationLevel?: 0 | 1;
  /** Fetch session (KIP-227), sent from v7: 0 with epoch 0 opens one, 0 with -1 is sessionless. @default 0 */
  readonly sessionId?: number;
  /** @default -1 */
  readonly sessionEpoch?: number;
  readonly topics: readonly FetchTopic[];
  /** Partitions to take out of the session. @default [] */
  readonly forgottenTopics?: readonly ForgottenTopic[];
  /** Sent from v11; the leader may answer with a replica in that rack (KIP-392). @default '' */
  readonly rackId?: string;
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  /** -1 with most errors. */
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** -1 before v5. */
  readonly logStartOffset: number;
  /** Where our log leaves the leader's; only after `lastFetchedEpoch` (v12). */
  readonly divergingEpoch: { readonly epoch: number; readonly endOffset: number } | null;
  /** The new leader, told beside NOT_LEADER_OR_FOLLOWER and FENCED_LEADER_EPOCH (v12). */
  readonly currentLeader: { readonly leaderId: number; readonly leaderEpoch: number } | null;
  /** Empty unless read committed. */
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** Fetch from this broker from now on; -1: stay. */
  readonly preferredReadReplica: number;
  /** Record batches, the last one possibly cut: a view on the response. Null: none. */
  readonly records: Buffer | null;
}

export interface FetchedTopic {
  readonly topic: string;
  readonly partitions: readonly FetchedPartition[];
}

export interface FetchResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly topics: readonly FetchedTopic[];
}

const CONSUMER = -1;

export const fetchApi: Api<FetchRequest, FetchResponse> = defineApi({
  key: 1,
  name: 'Fetch',
  versions: { min: 4, max: 12 },
  flexibleFrom: 12,
  write(to, request, version) {
    const { isolationLevel = 0, sessionId = 0, sessionEpoch = -1, forgottenTopics = [] } = request;
    to.int32(CONSUMER);
    to.int32(request.maxWaitMs);
    to.int32(request.minBytes);
    to.int32(request.maxBytes);
    to.int8(isolationLevel);
    if (version >= 7) {
      to.int32(sessionId);
      to.int32(sessionEpoch);
    }
    to.array(request.topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, partition) => writePartition(each, partition, version));
      one.tags();
    });
    if (version >= 7)
      to.array(forgottenTopics, (one, { topic, partitions }) => {
        one.string(topic);
        one.int32Array(partitions);
        one.tags();
      });
    if (version >= 11) to.string(request.rackId ?? '');
  },
  read(from, version) {
    const throttleTimeMs = from.int32();
    const errorCode = version >= 7 ? from.int16() : 0;
    const sessionId = version >= 7 ? from.int32() : 0;
    const topics = from.array((one) => {
      const topic = one.string();
      const partitions = one.array((each) => readPartition(each, version));
      one.tags();
      return { topic, partitions };
    });
    from.tags();
    return { throttleTimeMs, errorCode, sessionId, topics };
  },
});

function writePartition(to: Writer, partition: FetchPartition, version: number): void {
  to.int32(partition.partition);
  if (version >= 9) to.int32(partition.currentLeaderEpoch ?? -1);
  to.int64(partition.fetchOffset);
  if (version >= 12) to.int32(partition.lastFetchedEpoch ?? -1);
  if (version >= 5) to.int64(-1); // log start offset: only followers have one
  to.int32(partition.maxBytes);
  to.tags();
}

function readPartition(from: Reader, version: number): FetchedPartition {
  const fields = {
    partition: from.int32(),
    errorCode: from.int16(),
    highWatermark: from.int64(),
    lastStableOffset: from.int64(),
    logStartOffset: version >= 5 ? from.int64() : -1,
    abortedTransactions: from.array(readAborted),
    preferredReadReplica: version >= 11 ? from.int32() : -1,
    records: from.nullableBytes(),
  };
  let divergingEpoch: FetchedPartition['divergingEpoch'] = null;
  let currentLeader: FetchedPartition['currentLeader'] = null;
  from.tags((tag, field) => {
    if (tag === 0) divergingEpoch = { epoch: field.int32(), endOffset: field.int64() };
    else if (tag === 1) currentLeader = { leaderId: field.int32(), leaderEpoch: field.int32() };
  });
  return { ...fields, divergingEpoch, currentLeader };
}

function readAborted(from: Reader): AbortedTransaction {
  const aborted = { producerId: from.int64(), firstOffset: from.int64() };
  from.tags();
  return aborted;
}
