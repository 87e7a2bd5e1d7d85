import {
  type FetchedOffsetsTopic,
  type OffsetFetchResponse,
  type OffsetFetchTopic,
  offsetFetchApi,
} from '../apis/09-offset-fetch.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Several groups in one request from v8; exactly one before. */
export interface ServedOffsetFetchRequest {
  readonly groups: readonly {
    readonly groupId: string;
    /** Null before v9 and from those who are no members. */
    readonly memberId: string | null;
    readonly memberEpoch: number;
    /** `null`: all committed partitions. */
    readonly topics: readonly OffsetFetchTopic[] | null;
  }[];
  readonly requireStable: boolean;
}

export interface ServedOffsetFetchResponse {
  readonly throttleTimeMs: number;
  readonly groups: readonly (Pick<OffsetFetchResponse, 'errorCode' | 'topics'> & {
    readonly groupId: string;
  })[];
}

const NOBODY = { memberId: null, memberEpoch: -1 };

export const offsetFetchServerApi: ServerApi<ServedOffsetFetchRequest, ServedOffsetFetchResponse> =
  defineServerApi(offsetFetchApi, {
    readRequest(from, version) {
      const groups =
        version >= 8
          ? from.array((one) => readGroup(one, version))
          : [{ groupId: from.string(), ...NOBODY, topics: from.nullableArray(readTopic) }];
      return { groups, requireStable: version >= 7 ? from.boolean() : false };
    },
    writeResponse(to, { throttleTimeMs, groups }, version) {
      if (version >= 3) to.int32(throttleTimeMs);
      if (version >= 8) {
        to.array(groups, (one, { groupId, topics, errorCode }) => {
          one.string(groupId);
          one.array(topics, (each, topic) => writeTopic(each, topic, version));
          one.int16(errorCode);
          one.tags();
        });
        return;
      }
      const [group] = groups;
      to.array(group?.topics ?? [], (one, topic) => writeTopic(one, topic, version));
      if (version >= 2) to.int16(group?.errorCode ?? 0);
    },
  });

function readGroup(from: Reader, version: number): ServedOffsetFetchRequest['groups'][number] {
  const groupId = from.string();
  const member =
    version >= 9 ? { memberId: from.nullableString(), memberEpoch: from.int32() } : NOBODY;
  const group = { groupId, ...member, topics: from.nullableArray(readTopic) };
  from.tags();
  return group;
}

function readTopic(from: Reader): OffsetFetchTopic {
  const topic = { topic: from.string(), partitions: from.int32Array() };
  from.tags();
  return topic;
}

function writeTopic(to: Writer, { topic, partitions }: FetchedOffsetsTopic, version: number): void {
  to.string(topic);
  to.array(partitions, (one, { partition, offset, leaderEpoch, metadata, errorCode }) => {
    one.int32(partition);
    one.int64(offset);
    if (version >= 5) one.int32(leaderEpoch);
    one.nullableString(metadata);
    one.int16(errorCode);
    one.tags();
  });
  to.tags();
}
