import { Buffer } from 'node:buffer';
import { type ProduceRequest, type ProduceResponse, produceApi } from '../apis/00-produce.ts';
import type { Writer } from '../writer.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

type Result = ProduceResponse['topics'][number]['partitions'][number];

const NOTHING = Buffer.alloc(0);

export const produceServerApi: ServerApi<ProduceRequest, ProduceResponse> = defineServerApi(
  produceApi,
  {
    readRequest: (from) => ({
      transactionalId: from.nullableString(),
      acks: from.int16(),
      timeoutMs: from.int32(),
      topics: from.array((one) => {
        const topic = one.string();
        const partitions = one.array((each) => {
          const partition = { partition: each.int32(), records: each.nullableBytes() ?? NOTHING };
          each.tags();
          return partition;
        });
        one.tags();
        return { topic, partitions };
      }),
    }),
    writeResponse(to, { topics, throttleTimeMs }, version) {
      to.array(topics, (one, { topic, partitions }) => {
        one.string(topic);
        one.array(partitions, (each, result) => writePartition(each, result, version));
        one.tags();
      });
      to.int32(throttleTimeMs);
    },
  },
);

function writePartition(to: Writer, result: Result, version: number): void {
  to.int32(result.partition);
  to.int16(result.errorCode);
  to.int64(result.baseOffset);
  to.int64(result.logAppendTimeMs);
  if (version >= 5) to.int64(result.logStartOffset);
  if (version >= 8) {
    to.array(result.recordErrors, (one, { batchIndex, message }) => {
      one.int32(batchIndex);
      one.nullableString(message);
      one.tags();
    });
    to.nullableString(result.errorMessage);
  }
  const { currentLeader } = result;
  if (version < 10 || currentLeader === null) to.tags();
  else
    to.tagged([
      [
        0,
        (field) => {
          field.int32(currentLeader.leaderId);
          field.int32(currentLeader.leaderEpoch);
          field.tags();
        },
      ],
    ]);
}
