/** Where a topic's logs begin, end, or reach a point in time. */
import type { PartitionPosition, StartPosition } from '../../../core/index.ts';
import {
  EARLIEST_OFFSET,
  errorCode,
  LATEST_OFFSET,
  listOffsetsApi,
} from '../../../protocol/index.ts';
import { kafkaError } from '../wire/kafka-error.ts';
import type { AdminCalls } from './admin-calls.ts';
import { leadersOf, unknownTopic } from './leaders-of.ts';

/** One position per partition, in order. */
export async function offsetsAt(
  calls: AdminCalls,
  topic: string,
  at: StartPosition,
): Promise<PartitionPosition[]> {
  if (typeof at === 'object' && 'offset' in at) {
    const found = (await calls.patiently(() => calls.metadata([topic]))).topics.get(topic);
    if (found === undefined) throw unknownTopic(topic);
    return found.partitions.map(({ partition }) => ({ topic, partition, offset: at.offset }));
  }
  const positions = await list(calls, topic, timestampOf(at));
  if (positions.every(({ offset }) => offset >= 0)) return positions;
  // No record at or after that time: the next one to be written is.
  const ends = await list(calls, topic, LATEST_OFFSET);
  return positions.map((position, i) => (position.offset < 0 ? (ends[i] ?? position) : position));
}

function timestampOf(at: Exclude<StartPosition, { readonly offset: number }>): number {
  if (at === 'earliest') return EARLIEST_OFFSET;
  return at === 'latest' ? LATEST_OFFSET : at.timestampMs;
}

function list(calls: AdminCalls, topic: string, timestampMs: number): Promise<PartitionPosition[]> {
  return calls.patiently(async () => {
    const leaders = leadersOf(await calls.metadata([topic]), topic);
    const parts = await Promise.all(
      leaders.map(async ({ broker, numbers }) => {
        const partitions = numbers.map((partition) => ({ partition, timestampMs }));
        const answer = await calls.ask(broker, listOffsetsApi, { topics: [{ topic, partitions }] });
        return answer.topics.flatMap((one) => one.partitions);
      }),
    );
    const positions = parts.flat().map(({ partition, errorCode: code, offset }) => {
      if (code === errorCode.NONE) return { topic, partition, offset };
      throw kafkaError(code, `Offsets of ${topic}-${partition}`, { topic, partition });
    });
    return positions.sort((a, b) => a.partition - b.partition);
  });
}
