import {
  formatPartition,
  type GroupOptions,
  PartitaError,
  type Position,
  type StartPosition,
  startIn,
  type TopicPartition,
} from '../../../core/index.ts';
import {
  EARLIEST_OFFSET,
  errorCode,
  LATEST_OFFSET,
  type ListOffsetsResponse,
  listOffsetsApi,
} from '../../../protocol/index.ts';
import { isRetriableKafkaCode, kafkaError } from '../wire/kafka-error.ts';
import type { BrokerNode, Wire } from '../wire/wire.ts';

const REQUEST_TIMEOUT_MS = 10_000;

export type StartOptions = Pick<GroupOptions, 'start' | 'retryTopics' | 'isolation'>;

/**
 * Where to begin in partitions without a stored position. Asks the leaders once; a partition that nobody could answer for is
 * absent, and to be asked for again.
 *
 * @throws PartitaError what no repetition heals.
 */
export async function findStartPositions(
  wire: Wire,
  options: StartOptions,
  partitions: readonly TopicPartition[],
): Promise<ReadonlyMap<string, Position>> {
  const { start, isolation } = options;
  const others = partitions.filter(({ topic }) => startIn(options, topic) !== start);
  if (others.length === 0) return findStarts(wire, start, isolation, partitions);
  const usual = partitions.filter(({ topic }) => startIn(options, topic) === start);
  const [first, second] = await Promise.all([
    findStarts(wire, start, isolation, usual),
    findStarts(wire, 'earliest', isolation, others),
  ]);
  return new Map([...first, ...second]);
}

async function findStarts(
  wire: Wire,
  start: StartPosition,
  isolation: StartOptions['isolation'],
  partitions: readonly TopicPartition[],
): Promise<ReadonlyMap<string, Position>> {
  if (typeof start === 'object' && 'offset' in start)
    return new Map(partitions.map((each) => [formatPartition(each), { offset: start.offset }]));
  const isolationLevel = isolation === 'committed' ? 1 : 0;
  const timestampMs = timestampOf(start);
  const found = await listOffsets(wire, partitions, timestampMs, isolationLevel);
  // Nothing at or after that time: the end.
  const none = partitions.filter((each) => found.get(formatPartition(each))?.offset === -1);
  if (none.length === 0) return found;
  const ends = await listOffsets(wire, none, LATEST_OFFSET, isolationLevel);
  const positions = new Map([...found].filter(([, { offset }]) => offset >= 0));
  for (const [key, position] of ends) positions.set(key, position);
  return positions;
}

function timestampOf(start: Exclude<StartPosition, { offset: number }>): number {
  if (start === 'earliest') return EARLIEST_OFFSET;
  if (start === 'latest') return LATEST_OFFSET;
  return start.timestampMs;
}

async function listOffsets(
  wire: Wire,
  partitions: readonly TopicPartition[],
  timestampMs: number,
  isolationLevel: 0 | 1,
): Promise<Map<string, Position>> {
  const metadata = await wire.metadata([...new Set(partitions.map(({ topic }) => topic))].sort());
  const byLeader = new Map<BrokerNode, TopicPartition[]>();
  for (const each of partitions) {
    const described = metadata.topics.get(each.topic)?.partitions;
    const leaderId = described?.find(({ partition }) => partition === each.partition)?.leaderId;
    const leader = leaderId === undefined ? undefined : metadata.brokers.get(leaderId);
    if (leader === undefined) continue;
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), each]);
  }
  const positions = new Map<string, Position>();
  const asked = Array.from(byLeader, async ([leader, led]) => {
    const answer = await askLeader(wire, leader, led, timestampMs, isolationLevel);
    if (answer !== undefined) read(answer, positions);
  });
  await Promise.all(asked);
  return positions;
}

/** `undefined` when the leader cannot be reached. */
async function askLeader(
  wire: Wire,
  leader: BrokerNode,
  partitions: readonly TopicPartition[],
  timestampMs: number,
  isolationLevel: 0 | 1,
): Promise<ListOffsetsResponse | undefined> {
  const topics = new Map<string, { partition: number; timestampMs: number }[]>();
  for (const { topic, partition } of partitions)
    topics.set(topic, [...(topics.get(topic) ?? []), { partition, timestampMs }]);
  const request = {
    isolationLevel,
    topics: Array.from(topics, ([topic, asked]) => ({ topic, partitions: asked })),
  };
  const link = wire.link(leader, 'start positions');
  try {
    return await link.send(listOffsetsApi, request, { timeoutMs: REQUEST_TIMEOUT_MS });
  } catch (error) {
    if (PartitaError.is(error) && (error.retriable || error.code === 'CLOSED')) return undefined;
    throw error;
  } finally {
    link.close();
  }
}

function read(answer: ListOffsetsResponse, into: Map<string, Position>): void {
  for (const { topic, partitions } of answer.topics) {
    for (const { partition, offset, errorCode: code } of partitions) {
      const key = formatPartition({ topic, partition });
      if (code === errorCode.NONE) into.set(key, { offset });
      else if (!isRetriableKafkaCode(code) && code !== errorCode.UNKNOWN_TOPIC_OR_PARTITION)
        throw kafkaError(code, `Start position of ${key}`, { topic, partition });
    }
  }
}
