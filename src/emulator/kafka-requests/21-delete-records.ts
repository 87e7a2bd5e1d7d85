import { deleteRecordsServerApi, errorCode } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';
import { ledPartition } from './right-broker.ts';

const HIGH_WATERMARK = -1;

/** DeleteRecords v0-v2. */
export const deleteRecords: Endpoint = defineEndpoint({
  api: deleteRecordsServerApi,
  gaps: [],
  handle: ({ topics }, call) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (topic, { partition, offset }) => {
      const found = ledPartition(call, topic, partition);
      if (typeof found === 'number') return failed(partition, found);
      const { log } = found;
      const before = offset === HIGH_WATERMARK ? log.endOffset : offset;
      if (before < 0 || before > log.endOffset)
        return failed(partition, errorCode.OFFSET_OUT_OF_RANGE);
      log.deleteBefore(before);
      return { partition, lowWatermark: log.startOffset, errorCode: errorCode.NONE };
    }),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (_, { partition }) => failed(partition, code)),
  }),
});

function failed(
  partition: number,
  code: number,
): { partition: number; lowWatermark: number; errorCode: number } {
  return { partition, lowWatermark: -1, errorCode: code };
}
