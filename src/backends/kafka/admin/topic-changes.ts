/** Creates, grows and deletes topics, and waits until all brokers know. */
import { type NewTopic, PartitaError } from '../../../core/index.ts';
import {
  createPartitionsApi,
  createTopicsApi,
  deleteTopicsApi,
  errorCode,
  LATEST_OFFSET,
  listOffsetsApi,
  metadataApi,
} from '../../../protocol/index.ts';
import { kafkaError } from '../wire/kafka-error.ts';
import type { BrokerAddress } from '../wire/wire.ts';
import type { AdminCalls } from './admin-calls.ts';
import { leadersOf } from './leaders-of.ts';

const BROKERS_DEFAULT = -1;

interface Answered {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export async function createTopic(calls: AdminCalls, topic: NewTopic): Promise<void> {
  const configs = Object.entries(topic.config ?? {}).map(([name, value]) => ({ name, value }));
  const { partitions, replicationFactor = BROKERS_DEFAULT } = topic;
  const topics = [{ topic: topic.topic, partitions, replicationFactor, configs }];
  await change(calls, topic.topic, {
    what: `Creating topic ${topic.topic}`,
    doneAlready: errorCode.TOPIC_ALREADY_EXISTS,
    ask: async (controller, timeoutMs) =>
      (await calls.ask(controller, createTopicsApi, { topics, timeoutMs })).topics[0],
  });
  await waitUntilUsable(calls, topic.topic, partitions);
}

export async function addPartitions(
  calls: AdminCalls,
  topic: string,
  partitions: number,
): Promise<void> {
  const topics = [{ topic, count: partitions }];
  await change(calls, topic, {
    what: `Raising topic ${topic} to ${partitions} partitions`,
    doneAlready: errorCode.INVALID_PARTITIONS,
    ask: async (controller, timeoutMs) =>
      (await calls.ask(controller, createPartitionsApi, { topics, timeoutMs })).topics[0],
  });
  await waitUntilUsable(calls, topic, partitions);
}

export async function deleteTopic(calls: AdminCalls, topic: string): Promise<void> {
  await change(calls, topic, {
    what: `Deleting topic ${topic}`,
    doneAlready: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ask: async (controller, timeoutMs) =>
      (await calls.ask(controller, deleteTopicsApi, { topics: [topic], timeoutMs })).topics[0],
  });
  await calls.patiently(async () => {
    for (const { found } of await askAll(calls, topic))
      if (found) throw notYet(topic, 'still known to a broker');
  });
}

interface TopicChange {
  readonly what: string;
  /** The answer to the same request once it has taken effect. */
  readonly doneAlready: number;
  ask(controller: BrokerAddress, timeoutMs: number): Promise<Answered | undefined>;
}

/** Repeats a change. An attempt without an answer may have taken effect, so that "done already" is what we wanted then. */
async function change(calls: AdminCalls, topic: string, wanted: TopicChange): Promise<void> {
  let maybeDone = false;
  await calls.patiently(async () => {
    const controller = await calls.controller();
    const wasMaybeDone = maybeDone;
    maybeDone = true;
    const answered = await wanted.ask(controller, calls.requestTimeoutMs);
    maybeDone = wasMaybeDone || answered?.errorCode === errorCode.REQUEST_TIMED_OUT;
    if (wasMaybeDone && answered?.errorCode === wanted.doneAlready) return;
    check(answered, wanted.what, topic);
  });
}

function check(answered: Answered | undefined, what: string, topic: string): void {
  if (answered === undefined)
    throw new PartitaError('INTERNAL', `${what}: the response does not mention the topic.`, {
      topic,
    });
  if (answered.errorCode === errorCode.NONE) return;
  throw kafkaError(answered.errorCode, what, { topic, brokerMessage: answered.errorMessage });
}

/** Every broker lists the topic with a leader for each partition, and each leader answers for its partitions. */
function waitUntilUsable(calls: AdminCalls, topic: string, partitions: number): Promise<void> {
  return calls.patiently(async () => {
    for (const { leaders } of await askAll(calls, topic))
      if (leaders < partitions) throw notYet(topic, 'not known to all brokers');
    const metadata = await calls.metadata([topic]);
    for (const { broker, numbers } of leadersOf(metadata, topic)) {
      const asked = numbers.map((partition) => ({ partition, timestampMs: LATEST_OFFSET }));
      const answer = await calls.ask(broker, listOffsetsApi, {
        topics: [{ topic, partitions: asked }],
      });
      const wrong = answer.topics[0]?.partitions.find((each) => each.errorCode !== errorCode.NONE);
      if (wrong !== undefined) throw notYet(topic, `partition ${wrong.partition} has no leader`);
    }
  });
}

interface Known {
  readonly found: boolean;
  /** Partitions with a leader. */
  readonly leaders: number;
}

/** What each broker knows of the topic. Brokers that cannot be reached serve nobody, and are left out. */
async function askAll(calls: AdminCalls, topic: string): Promise<Known[]> {
  const { brokers } = await calls.metadata([]);
  const answers: Known[] = [];
  for (const broker of brokers.values()) {
    const answer = await calls
      .ask(broker, metadataApi, { topics: [topic] })
      .catch((error: unknown) => {
        if (PartitaError.is(error) && error.code === 'CONNECTION_FAILED') return undefined;
        throw error;
      });
    const described = answer?.topics[0];
    if (described === undefined) continue;
    const found = described.errorCode !== errorCode.UNKNOWN_TOPIC_OR_PARTITION;
    const leaders = described.partitions.filter(({ leaderId }) => leaderId >= 0).length;
    answers.push({ found, leaders });
  }
  return answers;
}

function notYet(topic: string, why: string): PartitaError {
  return new PartitaError('UNAVAILABLE', `Topic ${topic} is ${why} yet.`, {
    topic,
    retriable: true,
  });
}
