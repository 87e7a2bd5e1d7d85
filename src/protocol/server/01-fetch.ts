import { type FetchRequest, type FetchResponse, fetchApi } from '../apis/01-fetch.ts';
import type { Reader } from '../reader.ts';
import type { TaggedField, Writer } from '../writer.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

type AskedPartition = FetchRequest['topics'][number]['partitions'][number];
type Fetched = FetchResponse['topics'][number]['partitions'][number];

export const fetchServerApi: ServerApi<FetchRequest, FetchResponse> = defineServerApi(fetchApi, {
  readRequest(from, version) {
    from.int32(); // replica id: nobody but consumers asks
    return {
      maxWaitMs: from.int32(),
      minBytes: from.int32(),
      maxBytes: from.int32(),
      isolationLevel: from.int8() === 1 ? 1 : 0,
      sessionId: version >= 7 ? from.int32() : 0,
      sessionEpoch: version >= 7 ? from.int32() : -1,
      topics: from.array((one) => {
        const topic = one.string();
        const partitions = one.array((each) => readPartition(each, version));
        one.tags();
        return { topic, partitions };
      }),
      forgottenTopics: version >= 7 ? from.array(readForgotten) : [],
      rackId: version >= 11 ? from.string() : '',
    };
  },
  writeResponse(to, { throttleTimeMs, errorCode, sessionId, topics }, version) {
    to.int32(throttleTimeMs);
    if (version >= 7) {
      to.int16(errorCode);
      to.int32(sessionId);
    }
    to.array(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, fetched) => writePartition(each, fetched, version));
      one.tags();
    });
  },
});

function readPartition(from: Reader, version: number): AskedPartition {
  const partition = from.int32();
  const currentLeaderEpoch = version >= 9 ? from.int32() : -1;
  const fetchOffset = from.int64();
  const lastFetchedEpoch = version >= 12 ? from.int32() : -1;
  if (version >= 5) from.int64(); // log start offset: of followers
  const maxBytes = from.int32();
  from.tags();
  return { partition, currentLeaderEpoch, fetchOffset, lastFetchedEpoch, maxBytes };
}

function readForgotten(from: Reader): { topic: string; partitions: number[] } {
  const forgotten = { topic: from.string(), partitions: from.int32Array() };
  from.tags();
  return forgotten;
}

function writePartition(to: Writer, fetched: Fetched, version: number): void {
  to.int32(fetched.partition);
  to.int16(fetched.errorCode);
  to.int64(fetched.highWatermark);
  to.int64(fetched.lastStableOffset);
  if (version >= 5) to.int64(fetched.logStartOffset);
  to.array(fetched.abortedTransactions, (one, { producerId, firstOffset }) => {
    one.int64(producerId);
    one.int64(firstOffset);
    one.tags();
  });
  if (version >= 11) to.int32(fetched.preferredReadReplica);
  to.nullableBytes(fetched.records);
  to.tagged(tagsOf(fetched));
}

function tagsOf({ divergingEpoch, currentLeader }: Fetched): readonly TaggedField[] {
  const fields: TaggedField[] = [];
  if (divergingEpoch !== null)
    fields.push([
      0,
      (to) => {
        to.int32(divergingEpoch.epoch);
        to.int64(divergingEpoch.endOffset);
        to.tags();
      },
    ]);
  if (currentLeader !== null)
    fields.push([
      1,
      (to) => {
        to.int32(currentLeader.leaderId);
        to.int32(currentLeader.leaderEpoch);
        to.tags();
      },
    ]);
  return fields;
}
