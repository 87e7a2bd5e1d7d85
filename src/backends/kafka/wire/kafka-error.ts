/** What Kafka's error codes mean to us and what to do about them: the one table for group, fetcher, producer and admin. */
import {
  CommitFencedError,
  type ErrorCode,
  type ErrorDetails,
  PartitaError,
} from '../../../core/index.ts';
import { errorName, isRetriableError, type KafkaErrorName } from '../../../protocol/index.ts';

const allow = 'Grant the operation to this user (kafka-acls).';
const moved = 'The partition moved to another broker.';
const rejoin = 'The group moved on; the partitions belong to somebody else now.';
const replicas = 'Fewer replicas are in sync than min.insync.replicas asks for.';
const anotherGroup = 'Choose another group name.';

/** Codes whose meaning is more than "unavailable". The rest passes (`advice` only) or is reported as it came. */
const meanings: { readonly [name in KafkaErrorName]?: readonly [ErrorCode, advice: string] } = {
  UNKNOWN_SERVER_ERROR: ['UNAVAILABLE', 'Look into the log of the broker.'],
  OFFSET_OUT_OF_RANGE: ['OFFSET_OUT_OF_RANGE', 'Retention deleted it, or the log was truncated.'],
  CORRUPT_MESSAGE: ['CORRUPT_DATA', 'It was damaged on the way or on disk.'],
  UNKNOWN_TOPIC_OR_PARTITION: ['UNKNOWN_TOPIC', 'Create the topic, or check its name.'],
  LEADER_NOT_AVAILABLE: ['UNAVAILABLE', 'A leader is being elected.'],
  NOT_LEADER_OR_FOLLOWER: ['UNAVAILABLE', moved],
  REQUEST_TIMED_OUT: ['UNAVAILABLE', 'Replicas are slow or missing.'],
  MESSAGE_TOO_LARGE: ['RECORD_TOO_LARGE', 'Raise max.message.bytes of the topic, or send less.'],
  OFFSET_METADATA_TOO_LARGE: ['INVALID_CONFIG', 'Raise offset.metadata.max.bytes of the broker.'],
  COORDINATOR_LOAD_IN_PROGRESS: ['UNAVAILABLE', 'The coordinator is loading its groups.'],
  COORDINATOR_NOT_AVAILABLE: ['UNAVAILABLE', 'A coordinator is being elected.'],
  NOT_COORDINATOR: ['UNAVAILABLE', 'The coordinator moved to another broker.'],
  INVALID_TOPIC_EXCEPTION: ['INVALID_CONFIG', 'Topic names have 1-249 of a-z A-Z 0-9 . _ -'],
  RECORD_LIST_TOO_LARGE: ['RECORD_TOO_LARGE', 'Raise segment.bytes of the topic, or send less.'],
  NOT_ENOUGH_REPLICAS: ['UNAVAILABLE', replicas],
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: ['UNAVAILABLE', replicas],
  INVALID_REQUIRED_ACKS: ['UNSUPPORTED', 'The broker knows acks all, leader and none.'],
  ILLEGAL_GENERATION: ['COMMIT_FENCED', rejoin],
  UNKNOWN_MEMBER_ID: ['COMMIT_FENCED', rejoin],
  INCONSISTENT_GROUP_PROTOCOL: ['INCOMPATIBLE_GROUP', 'Members must offer one assignor in common.'],
  INVALID_GROUP_ID: ['INVALID_CONFIG', anotherGroup],
  INVALID_SESSION_TIMEOUT: [
    'INVALID_CONFIG',
    'Stay within group.min/max.session.timeout.ms of the broker.',
  ],
  REBALANCE_IN_PROGRESS: ['UNAVAILABLE', 'The group is being rebalanced.'],
  INVALID_COMMIT_OFFSET_SIZE: ['INVALID_CONFIG', 'Commit fewer partitions at once.'],
  TOPIC_AUTHORIZATION_FAILED: ['AUTHORIZATION_FAILED', allow],
  GROUP_AUTHORIZATION_FAILED: ['AUTHORIZATION_FAILED', allow],
  CLUSTER_AUTHORIZATION_FAILED: ['AUTHORIZATION_FAILED', allow],
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: ['AUTHORIZATION_FAILED', allow],
  INVALID_TIMESTAMP: [
    'INVALID_CONFIG',
    'Outside message.timestamp.before/after.max.ms of the topic.',
  ],
  UNSUPPORTED_SASL_MECHANISM: ['AUTHENTICATION_FAILED', 'Choose a mechanism the broker offers.'],
  SASL_AUTHENTICATION_FAILED: ['AUTHENTICATION_FAILED', 'Check the credentials.'],
  UNSUPPORTED_VERSION: ['UNSUPPORTED', 'The broker is too old or too new.'],
  UNSUPPORTED_FOR_MESSAGE_FORMAT: ['UNSUPPORTED', 'The topic keeps an old record format.'],
  UNSUPPORTED_COMPRESSION_TYPE: ['UNSUPPORTED', 'Choose another compression.'],
  TOPIC_ALREADY_EXISTS: ['TOPIC_EXISTS', 'Use it, or delete it first.'],
  TOPIC_DELETION_DISABLED: ['UNSUPPORTED', 'Set delete.topic.enable on the brokers.'],
  INVALID_PARTITIONS: [
    'INVALID_CONFIG',
    'Expected at least 1, and more than the topic has already.',
  ],
  INVALID_REPLICATION_FACTOR: ['INVALID_CONFIG', 'There are not that many brokers.'],
  INVALID_CONFIG: ['INVALID_CONFIG', 'Check the settings of the topic.'],
  POLICY_VIOLATION: ['INVALID_CONFIG', 'A policy of the cluster forbids it.'],
  INVALID_RECORD: ['INVALID_CONFIG', 'A compacted topic takes only records with a key.'],
  NOT_CONTROLLER: ['UNAVAILABLE', 'The controller moved to another broker.'],
  INVALID_PRODUCER_EPOCH: ['UNAVAILABLE', 'Another producer took over.'],
  PRODUCER_FENCED: ['UNAVAILABLE', 'Another producer took over.'],
  KAFKA_STORAGE_ERROR: ['UNAVAILABLE', 'The broker has trouble with its disk.'],
  NON_EMPTY_GROUP: ['UNAVAILABLE', 'Stop the members of the group first.'],
  GROUP_ID_NOT_FOUND: ['UNAVAILABLE', 'There is no such group; check its name.'],
  GROUP_MAX_SIZE_REACHED: ['UNAVAILABLE', 'Raise group.max.size of the broker.'],
  FENCED_LEADER_EPOCH: ['UNAVAILABLE', moved],
  UNKNOWN_LEADER_EPOCH: ['UNAVAILABLE', 'The broker has not heard of the new leader yet.'],
  FENCED_INSTANCE_ID: ['MEMBER_FENCED', 'Another process uses the same instanceId.'],
  UNSTABLE_OFFSET_COMMIT: ['UNAVAILABLE', 'A transaction is still open.'],
};

/** Passing for us, although not marked so by Kafka. */
const alsoPassing: ReadonlySet<string> = new Set<KafkaErrorName>([
  'UNKNOWN_SERVER_ERROR',
  'BROKER_NOT_AVAILABLE',
  'REBALANCE_IN_PROGRESS',
  'MEMBER_ID_REQUIRED',
  'STALE_BROKER_EPOCH',
]);

/** `NOT_COORDINATOR (16)`; for messages and logs. */
export function describeKafkaCode(code: number): string {
  return `${errorName(code)} (${code})`;
}

/** True when the same request may succeed later, or at another broker. A topic that is missing stays missing. */
export function isRetriableKafkaCode(code: number): boolean {
  const name = errorName(code);
  if (name === 'UNKNOWN_TOPIC_OR_PARTITION') return false;
  return isRetriableError(code) || alsoPassing.has(name);
}

export interface KafkaErrorDetails extends ErrorDetails {
  /** The broker's own words, when the response has some. */
  readonly brokerMessage?: string | null;
}

/**
 * The error for an error code in a response.
 *
 * @param what what failed, with its values, such as `Produce to orders-3`; begins the message
 */
export function kafkaError(
  code: number,
  what: string,
  details: KafkaErrorDetails = {},
): PartitaError {
  const { brokerMessage, ...rest } = details;
  const retriable = isRetriableKafkaCode(code);
  const [ourCode, advice] = meanings[errorName(code) as KafkaErrorName] ?? [
    retriable ? 'UNAVAILABLE' : 'INTERNAL',
    retriable ? 'It passes; try again.' : "See Kafka's list of error codes.",
  ];
  const said = brokerMessage ? ` "${brokerMessage}"` : '';
  const message = `${what} failed: ${describeKafkaCode(code)}${said}. ${advice}`;
  const full = { retriable, ...rest };
  return ourCode === 'COMMIT_FENCED'
    ? new CommitFencedError(message, full)
    : new PartitaError(ourCode, message, full);
}
