// OffsetFetch v1-v9, one group per request. Missing: v0 (ZooKeeper), v10 (topic ids).
import { type Api, defineApi, requireVersion } from '../api.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';

export interface OffsetFetchTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface OffsetFetchRequest {
  readonly groupId: string;
  /** Of a group of KIP-848: who asks. Sent from v9. @default null (nobody in particular) */
  readonly memberId?: string | null;
  /** @default -1 */
  readonly memberEpoch?: number;
  /** `null`: all committed partitions (needs v2). */
  readonly topics: readonly OffsetFetchTopic[] | null;
  /** Wait out open transactions: UNSTABLE_OFFSET_COMMIT instead of an old offset. Ignored before v7. @default false */
  readonly requireStable?: boolean;
}

export interface FetchedOffset {
  readonly partition: number;
  /** -1: nothing committed. */
  readonly offset: number;
  /** -1 when unknown or before v5. */
  readonly leaderEpoch: number;
  readonly metadata: string | null;
  readonly errorCode: number;
}

export interface FetchedOffsetsTopic {
  readonly topic: string;
  readonly partitions: readonly FetchedOffset[];
}

export interface OffsetFetchResponse {
  readonly throttleTimeMs: number;
  /** Of the group. Version 1 has none and reports it per partition. */
  readonly errorCode: number;
  readonly topics: readonly FetchedOffsetsTopic[];
}

export const offsetFetchApi: Api<OffsetFetchRequest, OffsetFetchResponse> = defineApi({
  key: 9,
  name: 'OffsetFetch',
  versions: { min: 1, max: 9 },
  flexibleFrom: 6,
  write(to, { groupId, topics, requireStable = false, ...member }, version) {
    if (topics === null) requireVersion('OffsetFetch', 'a wish for all topics', version, 2);
    if (version >= 8) {
      to.array([groupId], (one, id) => {
        one.string(id);
        if (version >= 9) one.nullableString(member.memberId);
        if (version >= 9) one.int32(member.memberEpoch ?? -1);
        one.nullableArray(topics, writeTopic);
        one.tags();
      });
    } else {
      to.string(groupId);
      to.nullableArray(topics, writeTopic);
    }
    if (version >= 7) to.boolean(requireStable);
  },
  read(from, version) {
    const throttleTimeMs = version >= 3 ? from.int32() : 0;
    const [group] = version >= 8 ? from.array(readGroup) : [readOnlyGroup(from, version)];
    from.tags();
    if (group === undefined)
      throw new ProtocolError('CORRUPT', 'OffsetFetch response names no group.');
    return { throttleTimeMs, ...group };
  },
});

function writeTopic(to: Writer, { topic, partitions }: OffsetFetchTopic): void {
  to.string(topic);
  to.int32Array(partitions);
  to.tags();
}

type Group = Pick<OffsetFetchResponse, 'errorCode' | 'topics'>;

function readGroup(from: Reader): Group {
  from.string();
  const topics = from.array((one) => readTopic(one, 8));
  const errorCode = from.int16();
  from.tags();
  return { errorCode, topics };
}

function readOnlyGroup(from: Reader, version: number): Group {
  const topics = from.array((one) => readTopic(one, version));
  return { errorCode: version >= 2 ? from.int16() : 0, topics };
}

function readTopic(from: Reader, version: number): FetchedOffsetsTopic {
  const topic = from.string();
  const partitions = from.array((one) => {
    const fetched = {
      partition: one.int32(),
      offset: one.int64(),
      leaderEpoch: version >= 5 ? one.int32() : -1,
      metadata: one.nullableString(),
      errorCode: one.int16(),
    };
    one.tags();
    return fetched;
  });
  from.tags();
  return { topic, partitions };
}
