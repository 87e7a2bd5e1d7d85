/** What Kafka's error codes mean and what to do about them: the one table for group, fetcher, producer and admin. */
import {
  CommitFencedError,
  type ErrorCode,
  type ErrorDetails,
  PartitaError,
} from '../../../core/index.ts';

/** Codes that our own code reacts to, by Kafka's names (https://kafka.apache.org/protocol#protocol_error_codes). */
export const KafkaCode = {
  NONE: 0,
  OFFSET_OUT_OF_RANGE: 1,
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6,
  REQUEST_TIMED_OUT: 7,
  MESSAGE_TOO_LARGE: 10,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  INVALID_TOPIC_EXCEPTION: 17,
  RECORD_LIST_TOO_LARGE: 18,
  NOT_ENOUGH_REPLICAS: 19,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 20,
  ILLEGAL_GENERATION: 22,
  INCONSISTENT_GROUP_PROTOCOL: 23,
  UNKNOWN_MEMBER_ID: 25,
  REBALANCE_IN_PROGRESS: 27,
  TOPIC_AUTHORIZATION_FAILED: 29,
  TOPIC_ALREADY_EXISTS: 36,
  NOT_CONTROLLER: 41,
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  DUPLICATE_SEQUENCE_NUMBER: 46,
  INVALID_PRODUCER_EPOCH: 47,
  KAFKA_STORAGE_ERROR: 56,
  UNKNOWN_PRODUCER_ID: 59,
  GROUP_ID_NOT_FOUND: 69,
  FETCH_SESSION_ID_NOT_FOUND: 70,
  INVALID_FETCH_SESSION_EPOCH: 71,
  FENCED_LEADER_EPOCH: 74,
  UNKNOWN_LEADER_EPOCH: 75,
  OFFSET_NOT_AVAILABLE: 78,
  MEMBER_ID_REQUIRED: 79,
  FENCED_INSTANCE_ID: 82,
  INVALID_RECORD: 87,
  UNSTABLE_OFFSET_COMMIT: 88,
} as const;

interface Meaning {
  readonly name: string;
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly advice: string;
}

function passing(name: string, advice = 'It passes; the request is repeated.'): Meaning {
  return { name, code: 'UNAVAILABLE', retriable: true, advice };
}

function final(name: string, code: ErrorCode, advice: string): Meaning {
  return { name, code, retriable: false, advice };
}

const allow = 'Grant the operation to this user (kafka-acls).';
const rejoin = 'The group moved on; the partitions belong to somebody else now.';

const meanings: Readonly<Record<number, Meaning>> = {
  [-1]: passing('UNKNOWN_SERVER_ERROR', 'Look into the log of the broker.'),
  1: final(
    'OFFSET_OUT_OF_RANGE',
    'OFFSET_OUT_OF_RANGE',
    'Retention deleted it, or the log was truncated.',
  ),
  2: {
    ...final('CORRUPT_MESSAGE', 'CORRUPT_DATA', 'Damaged on the way or on disk.'),
    retriable: true,
  },
  3: final('UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC', 'Create the topic, or check its name.'),
  5: passing('LEADER_NOT_AVAILABLE', 'A leader is being elected.'),
  6: passing('NOT_LEADER_OR_FOLLOWER', 'The partition moved to another broker.'),
  7: passing('REQUEST_TIMED_OUT', 'Replicas are slow or missing.'),
  8: passing('BROKER_NOT_AVAILABLE'),
  9: passing('REPLICA_NOT_AVAILABLE'),
  10: final(
    'MESSAGE_TOO_LARGE',
    'RECORD_TOO_LARGE',
    'Raise max.message.bytes of the topic, or send less.',
  ),
  12: final(
    'OFFSET_METADATA_TOO_LARGE',
    'INVALID_CONFIG',
    'Raise offset.metadata.max.bytes of the broker.',
  ),
  13: passing('NETWORK_EXCEPTION'),
  14: passing('COORDINATOR_LOAD_IN_PROGRESS', 'The coordinator is loading its groups.'),
  15: passing('COORDINATOR_NOT_AVAILABLE', 'A coordinator is being elected.'),
  16: passing('NOT_COORDINATOR', 'The coordinator moved to another broker.'),
  17: final(
    'INVALID_TOPIC_EXCEPTION',
    'INVALID_CONFIG',
    'Topic names have 1-249 of a-z A-Z 0-9 . _ -',
  ),
  18: final(
    'RECORD_LIST_TOO_LARGE',
    'RECORD_TOO_LARGE',
    'Raise segment.bytes of the topic, or lower batchBytes.',
  ),
  19: passing('NOT_ENOUGH_REPLICAS', 'Fewer replicas in sync than min.insync.replicas.'),
  20: passing(
    'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    'Fewer replicas in sync than min.insync.replicas.',
  ),
  21: final('INVALID_REQUIRED_ACKS', 'UNSUPPORTED', 'The broker knows acks all, leader and none.'),
  22: final('ILLEGAL_GENERATION', 'COMMIT_FENCED', rejoin),
  23: final(
    'INCONSISTENT_GROUP_PROTOCOL',
    'INCOMPATIBLE_GROUP',
    'Members must offer one assignor in common.',
  ),
  24: final('INVALID_GROUP_ID', 'INVALID_CONFIG', 'Choose another group name.'),
  25: final('UNKNOWN_MEMBER_ID', 'COMMIT_FENCED', rejoin),
  26: final(
    'INVALID_SESSION_TIMEOUT',
    'INVALID_CONFIG',
    'Stay within group.min/max.session.timeout.ms of the broker.',
  ),
  27: passing('REBALANCE_IN_PROGRESS', 'The group is being rebalanced.'),
  28: final('INVALID_COMMIT_OFFSET_SIZE', 'INVALID_CONFIG', 'Commit fewer partitions at once.'),
  29: final('TOPIC_AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', allow),
  30: final('GROUP_AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', allow),
  31: final('CLUSTER_AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', allow),
  32: final(
    'INVALID_TIMESTAMP',
    'INVALID_CONFIG',
    'Outside message.timestamp.before/after.max.ms of the topic.',
  ),
  33: final(
    'UNSUPPORTED_SASL_MECHANISM',
    'AUTHENTICATION_FAILED',
    'Choose a mechanism the broker offers.',
  ),
  35: final('UNSUPPORTED_VERSION', 'UNSUPPORTED', 'The broker is too old or too new.'),
  36: final('TOPIC_ALREADY_EXISTS', 'TOPIC_EXISTS', 'Use it, or delete it first.'),
  37: final('INVALID_PARTITIONS', 'INVALID_CONFIG', 'The number of partitions can only grow.'),
  38: final('INVALID_REPLICATION_FACTOR', 'INVALID_CONFIG', 'There are not that many brokers.'),
  40: final('INVALID_CONFIG', 'INVALID_CONFIG', 'Check the settings of the topic.'),
  41: passing('NOT_CONTROLLER', 'The controller moved to another broker.'),
  42: final('INVALID_REQUEST', 'INTERNAL', 'Please report it.'),
  43: final(
    'UNSUPPORTED_FOR_MESSAGE_FORMAT',
    'UNSUPPORTED',
    'The topic keeps an old record format.',
  ),
  44: final('POLICY_VIOLATION', 'INVALID_CONFIG', 'A policy of the cluster forbids it.'),
  45: final(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    'INTERNAL',
    'Earlier records were lost; please report it.',
  ),
  47: final('INVALID_PRODUCER_EPOCH', 'UNAVAILABLE', 'Another producer took over.'),
  53: final('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', allow),
  56: passing('KAFKA_STORAGE_ERROR', 'The broker has trouble with its disk.'),
  58: final('SASL_AUTHENTICATION_FAILED', 'AUTHENTICATION_FAILED', 'Check the credentials.'),
  59: final('UNKNOWN_PRODUCER_ID', 'INTERNAL', 'Retention removed what this producer wrote.'),
  67: final('GROUP_ID_IS_INVALID', 'INVALID_CONFIG', 'Choose another group name.'),
  68: final('NON_EMPTY_GROUP', 'UNAVAILABLE', 'Stop the members of the group first.'),
  69: final('GROUP_ID_NOT_FOUND', 'UNAVAILABLE', 'There is no such group; check its name.'),
  70: passing('FETCH_SESSION_ID_NOT_FOUND'),
  71: passing('INVALID_FETCH_SESSION_EPOCH'),
  72: passing('LISTENER_NOT_FOUND', 'The leader has no such listener (yet).'),
  73: final('TOPIC_DELETION_DISABLED', 'UNSUPPORTED', 'Set delete.topic.enable on the brokers.'),
  74: passing('FENCED_LEADER_EPOCH', 'The partition moved to another broker.'),
  75: passing('UNKNOWN_LEADER_EPOCH', 'The broker is behind.'),
  76: final('UNSUPPORTED_COMPRESSION_TYPE', 'UNSUPPORTED', 'Choose another compression.'),
  77: passing('STALE_BROKER_EPOCH'),
  78: passing('OFFSET_NOT_AVAILABLE', 'The new leader is catching up.'),
  79: passing('MEMBER_ID_REQUIRED'),
  80: passing('PREFERRED_LEADER_NOT_AVAILABLE'),
  81: final('GROUP_MAX_SIZE_REACHED', 'UNAVAILABLE', 'Raise group.max.size of the broker.'),
  82: final('FENCED_INSTANCE_ID', 'MEMBER_FENCED', 'Another process uses the same instanceId.'),
  87: final(
    'INVALID_RECORD',
    'INVALID_CONFIG',
    'The broker refused the record; a compacted topic needs keys.',
  ),
  88: passing('UNSTABLE_OFFSET_COMMIT', 'A transaction is still open.'),
  89: passing('THROTTLING_QUOTA_EXCEEDED'),
  90: final('PRODUCER_FENCED', 'UNAVAILABLE', 'Another producer took over.'),
  100: passing('UNKNOWN_TOPIC_ID', 'The topic was created or deleted just now.'),
  103: passing('FETCH_SESSION_TOPIC_ID_ERROR'),
};

/** `NOT_COORDINATOR (16)`; for messages and logs. */
export function describeKafkaCode(code: number): string {
  return `${meanings[code]?.name ?? 'error'} (${code})`;
}

/** True when the same request may succeed later, or at another broker. */
export function isRetriableKafkaCode(code: number): boolean {
  return meanings[code]?.retriable ?? false;
}

/**
 * The error for an error code in a response.
 *
 * @param what what failed, with its values, such as `Produce to orders-3`; begins the message
 * @param brokerMessage the broker's own words, when the response has some
 */
export function kafkaError(
  code: number,
  what: string,
  details: ErrorDetails & { readonly brokerMessage?: string | null } = {},
): PartitaError {
  const { brokerMessage, ...rest } = details;
  const meaning =
    meanings[code] ?? final('error', 'INTERNAL', 'Look the code up in the Kafka protocol guide.');
  const said = brokerMessage ? ` "${brokerMessage}"` : '';
  const message = `${what} failed: ${describeKafkaCode(code)}${said}. ${meaning.advice}`;
  const full = { retriable: meaning.retriable, ...rest };
  return meaning.code === 'COMMIT_FENCED'
    ? new CommitFencedError(message, full)
    : new PartitaError(meaning.code, message, full);
}
