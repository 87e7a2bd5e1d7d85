// Produce v3-v10. Missing: v0-v2 (old record formats), v11 (transactions only), v12 (transactions v2), v13 (topic ids).
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';

export interface ProducePartition {
  readonly partition: number;
  /** One record batch, as `RecordBatchBuilder.build` gives it; several where the broker allows it. */
  readonly records: Buffer;
}

export interface ProduceTopic {
  readonly topic: string;
  readonly partitions: readonly ProducePartition[];
}

export interface ProduceRequest {
  /** @default null */
  readonly transactionalId?: string | null;
  /** -1: all in-sync replicas; 1: the leader; 0: no response is sent at all. */
  readonly acks: number;
  readonly timeoutMs: number;
  readonly topics: readonly ProduceTopic[];
}

export interface ProduceRecordError {
  readonly batchIndex: number;
  readonly message: string | null;
}

export interface ProducePartitionResult {
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: number;
  /** -1 unless the topic stamps with the broker's time. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
  readonly recordErrors: readonly ProduceRecordError[];
  readonly errorMessage: string | null;
  /** The new leader, told from v10 on beside NOT_LEADER_OR_FOLLOWER (KIP-951). */
  readonly currentLeader: { readonly leaderId: number; readonly leaderEpoch: number } | null;
}

export interface ProduceTopicResult {
  readonly topic: string;
  readonly partitions: readonly ProducePartitionResult[];
}

export interface ProduceResponse {
  readonly topics: readonly ProduceTopicResult[];
  readonly throttleTimeMs: number;
}

export const produceApi: Api<ProduceRequest, ProduceResponse> = defineApi({
  key: 0,
  name: 'Produce',
  versions: { min: 3, max: 10 },
  flexibleFrom: 9,
  write(to, { transactionalId = null, acks, timeoutMs, topics }) {
    to.nullableString(transactionalId);
    to.int16(acks);
    to.int32(timeoutMs);
    to.array(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, { partition, records }) => {
        each.int32(partition);
        each.bytes(records);
        each.tags();
      });
      one.tags();
    });
  },
  read(from, version) {
    const topics = from.array((one) => {
      const topic = one.string();
      const partitions = one.array((each) => readPartition(each, version));
      one.tags();
      return { topic, partitions };
    });
    const throttleTimeMs = from.int32();
    from.tags();
    return { topics, throttleTimeMs };
  },
});

function readPartition(from: Reader, version: number): ProducePartitionResult {
  const result = {
    partition: from.int32(),
    errorCode: from.int16(),
    baseOffset: from.int64(),
    logAppendTimeMs: from.int64(),
    logStartOffset: version >= 5 ? from.int64() : -1,
    recordErrors: version >= 8 ? from.array(readRecordError) : [],
    errorMessage: version >= 8 ? from.nullableString() : null,
  };
  let currentLeader: ProducePartitionResult['currentLeader'] = null;
  from.tags((tag, field) => {
    if (tag === 0) currentLeader = { leaderId: field.int32(), leaderEpoch: field.int32() };
  });
  return { ...result, currentLeader };
}

function readRecordError(from: Reader): ProduceRecordError {
  const error = { batchIndex: from.int32(), message: from.nullableString() };
  from.tags();
  return error;
}
