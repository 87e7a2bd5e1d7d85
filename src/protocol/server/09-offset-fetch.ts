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

export const offsetFetchServerApi: ServerApi<ServedOffsetFetchRequest, ServedOffsetFetchResponse> =
  defineServerApi(offsetFetchApi, {
    readRequest(from, version) {
      const groups =
        version >= 8
          ? from.array(readGroup)
          : [{ groupId: from.string(), topics: from.nullableArray(readTopic) }];
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

function readGroup(from: Reader): ServedOffsetFetchRequest['groups'][number] {
  const group = { groupId: from.string(), topics: from.nullableArray(readTopic) };
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
