import {
  errorCode,
  type FetchedPartition,
  type FetchPartition,
  type FetchRequest,
  type FetchResponse,
  fetchServerApi,
} from '../../protocol/index.ts';
import type { Partition } from '../kafka-log/partition.ts';
import { type Call, defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';
import { ledPartition } from './right-broker.ts';

/** Fetch v4-v12: whole batches, as they lie in the log; waits until there are enough of them. */
export const fetch: Endpoint = defineEndpoint({
  api: fetchServerApi,
  gaps: [
    'v0-v3 (record formats before Kafka 0.11) and v13+ (topics by id) are not served.',
    'Fetch sessions (KIP-227) are not kept: every answer has session id 0, so clients send all partitions each time.',
    'Readers are sent to leaders only, so rackId changes nothing.',
  ],
  async handle(request, call) {
    const { sessionId = 0, sessionEpoch = -1 } = request;
    if (sessionId !== 0 || sessionEpoch > 0) return refused(errorCode.FETCH_SESSION_ID_NOT_FOUND);
    const { clock } = call.broker;
    const endMs = clock.now() + request.maxWaitMs;
    let current = answer(request, call);
    while (!current.enough && clock.now() < endMs && !call.signal.aborted) {
      // What was appended may still be hidden by an open transaction; then we go on waiting.
      await moreBytes(request, current.bytes, endMs - clock.now(), call);
      current = answer(request, call);
    }
    return current.response;
  },
  refuse: ({ topics }, code) => ({
    ...refused(errorCode.NONE),
    topics: perPartition(topics, (_, { partition }) => failed(partition, code)),
  }),
});

/** Errors beside which the leader is told (v12). */
const movedTo: ReadonlySet<number> = new Set([
  errorCode.NOT_LEADER_OR_FOLLOWER,
  errorCode.FENCED_LEADER_EPOCH,
]);

interface ReadLimits {
  readonly maxBytes: number;
  readonly atLeastOne: boolean;
  /** Nothing of open transactions. */
  readonly committed: boolean;
}

interface Answer {
  readonly response: FetchResponse;
  readonly bytes: number;
  /** Nothing is to be waited for: enough bytes, or an error to tell. */
  readonly enough: boolean;
}

function answer(request: FetchRequest, call: Call): Answer {
  let bytes = 0;
  let troubled = false;
  const topics = perPartition(request.topics, (topic, asked) => {
    const maxBytes = Math.min(asked.maxBytes, request.maxBytes - bytes);
    const limits = { maxBytes, atLeastOne: bytes === 0, committed: request.isolationLevel === 1 };
    const fetched = read(topic, asked, limits, call);
    bytes += fetched.records?.length ?? 0;
    troubled ||= fetched.errorCode !== errorCode.NONE;
    return fetched;
  });
  const response = { ...refused(errorCode.NONE), topics };
  const full = bytes > 0 && bytes >= request.maxBytes;
  return { response, bytes, enough: troubled || full || bytes >= request.minBytes };
}

function read(
  topic: string,
  asked: FetchPartition,
  { maxBytes, atLeastOne, committed }: ReadLimits,
  call: Call,
): FetchedPartition {
  const { broker } = call;
  const partition = ledPartition(call, topic, asked.partition, asked.currentLeaderEpoch);
  if (typeof partition === 'number')
    return {
      ...failed(asked.partition, partition),
      currentLeader: movedTo.has(partition) ? broker.cluster.leader(topic, asked.partition) : null,
    };
  const { log } = partition;
  log.expire(broker.clock.now());
  const { lastFetchedEpoch = -1 } = asked;
  if (lastFetchedEpoch >= 0) {
    const endOffset = log.epochs.endOf(lastFetchedEpoch, log.endOffset);
    if (endOffset === undefined) return failed(asked.partition, errorCode.OFFSET_OUT_OF_RANGE);
    if (endOffset < asked.fetchOffset)
      return diverged(asked.partition, partition, { epoch: lastFetchedEpoch, endOffset });
  }
  const { lastStableOffset } = partition;
  const until = committed ? lastStableOffset : log.endOffset;
  const records = log.read(asked.fetchOffset, Math.max(0, maxBytes), atLeastOne, until);
  if (records === undefined) return failed(asked.partition, errorCode.OFFSET_OUT_OF_RANGE);
  return {
    ...failed(asked.partition, errorCode.NONE),
    highWatermark: log.endOffset,
    lastStableOffset,
    logStartOffset: log.startOffset,
    records,
    abortedTransactions: committed
      ? partition.transactions.abortedWithin(asked.fetchOffset, until, log.startOffset)
      : [],
  };
}

/** The reader has read what this log does not have: it is told from where on (KIP-595). */
function diverged(
  index: number,
  { log, lastStableOffset }: Partition,
  divergingEpoch: NonNullable<FetchedPartition['divergingEpoch']>,
): FetchedPartition {
  return {
    ...failed(index, errorCode.NONE),
    highWatermark: log.endOffset,
    lastStableOffset,
    logStartOffset: log.startOffset,
    divergingEpoch,
  };
}

/** Resolves when the missing bytes were appended, a partition is gone, time is up or nobody listens any more. */
function moreBytes(
  request: FetchRequest,
  have: number,
  maxWaitMs: number,
  { broker, signal }: Call,
): Promise<void> {
  return new Promise((resolve) => {
    let missing = request.minBytes - have;
    const unwatch: (() => void)[] = [];
    const done = (): void => {
      for (const stop of unwatch) stop();
      signal.removeEventListener('abort', done);
      cancel();
      resolve();
    };
    const cancel = broker.clock.schedule(maxWaitMs, done);
    signal.addEventListener('abort', done);
    for (const { topic, partitions } of request.topics)
      for (const { partition } of partitions) {
        const stop = broker.topics.partition(topic, partition)?.log.watch((bytes) => {
          missing -= bytes;
          if (missing <= 0) done();
        });
        if (stop !== undefined) unwatch.push(stop);
      }
    if (signal.aborted) done();
  });
}

const NOTHING = Buffer.alloc(0);

function failed(partition: number, code: number): FetchedPartition {
  return {
    partition,
    errorCode: code,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    divergingEpoch: null,
    currentLeader: null,
    abortedTransactions: [],
    preferredReadReplica: -1,
    records: NOTHING,
  };
}

function refused(code: number): FetchResponse {
  return { throttleTimeMs: 0, errorCode: code, sessionId: 0, topics: [] };
}
