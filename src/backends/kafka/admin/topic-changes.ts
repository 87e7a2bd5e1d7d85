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
import type { AdminCalls } from './admin-calls.ts';
import { leadersOf } from './leaders-of.ts';

const BROKERS_DEFAULT = -1;

interface Answered {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export async function createTopic(calls: AdminCalls, topic: NewTopic): Promise<void> {
  const configs = Object.entries(topic.config ?? {}).map(([name, value]) => ({ name, value }));
  const request = {
    timeoutMs: calls.requestTimeoutMs,
    topics: [
      {
        topic: topic.topic,
        partitions: topic.partitions,
        replicationFactor: topic.replicationFactor ?? BROKERS_DEFAULT,
        configs,
      },
    ],
  };
  // An attempt without an answer may have created it, so that "exists" is what we wanted.
  let unsure = false;
  await calls.patiently(async () => {
    const controller = await calls.controller();
    const repeated = unsure;
    unsure = true;
    const { topics } = await calls.ask(controller, createTopicsApi, request);
    unsure = false;
    if (repeated && topics[0]?.errorCode === errorCode.TOPIC_ALREADY_EXISTS) return;
    check(topics[0], `Creating topic ${topic.topic}`, topic.topic);
  });
  await waitUntilUsable(calls, topic.topic, topic.partitions);
}

export async function addPartitions(
  calls: AdminCalls,
  topic: string,
  partitions: number,
): Promise<void> {
  const request = { topics: [{ topic, count: partitions }], timeoutMs: calls.requestTimeoutMs };
  await calls.patiently(async () => {
    const answer = await calls.ask(await calls.controller(), createPartitionsApi, request);
    check(answer.topics[0], `Raising topic ${topic} to ${partitions} partitions`, topic);
  });
  await waitUntilUsable(calls, topic, partitions);
}

export async function deleteTopic(calls: AdminCalls, topic: string): Promise<void> {
  const request = { topics: [topic], timeoutMs: calls.requestTimeoutMs };
  await calls.patiently(async () => {
    const answer = await calls.ask(await calls.controller(), deleteTopicsApi, request);
    check(answer.topics[0], `Deleting topic ${topic}`, topic);
  });
  await calls.patiently(async () => {
    for (const { found } of await askAll(calls, topic))
      if (found) throw notYet(topic, 'still known to a broker');
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
