// CreateTopics v2-v7: all that live brokers offer.
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';

export interface ReplicaAssignment {
  readonly partition: number;
  readonly brokerIds: readonly number[];
}

export interface TopicConfigValue {
  readonly name: string;
  readonly value: string | null;
}

export interface NewTopic {
  readonly topic: string;
  /** -1: the broker's default (from v4), or given by `assignments`. */
  readonly partitions: number;
  /** -1: the broker's default (from v4), or given by `assignments`. */
  readonly replicationFactor: number;
  /** @default [] (the broker places the replicas) */
  readonly assignments?: readonly ReplicaAssignment[];
  /** @default [] */
  readonly configs?: readonly TopicConfigValue[];
}

export interface CreateTopicsRequest {
  readonly topics: readonly NewTopic[];
  readonly timeoutMs: number;
  /** Check only. @default false */
  readonly validateOnly?: boolean;
}

export interface CreatedTopicConfig {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly source: number;
  readonly sensitive: boolean;
}

export interface CreatedTopic {
  readonly topic: string;
  /** Null before v7. */
  readonly topicId: string | null;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** Why `configs` is missing; 0 before v5. */
  readonly configErrorCode: number;
  /** -1 before v5. */
  readonly partitions: number;
  /** -1 before v5. */
  readonly replicationFactor: number;
  /** Null before v5 or when we may not read them. */
  readonly configs: readonly CreatedTopicConfig[] | null;
}

export interface CreateTopicsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly CreatedTopic[];
}

export const createTopicsApi: Api<CreateTopicsRequest, CreateTopicsResponse> = defineApi({
  key: 19,
  name: 'CreateTopics',
  versions: { min: 2, max: 7 },
  flexibleFrom: 5,
  write(to, { topics, timeoutMs, validateOnly = false }) {
    to.array(topics, writeTopic);
    to.int32(timeoutMs);
    to.boolean(validateOnly);
  },
  read(from, version) {
    const throttleTimeMs = from.int32();
    const topics = from.array((one) => readTopic(one, version));
    from.tags();
    return { throttleTimeMs, topics };
  },
});

function writeTopic(to: Writer, topic: NewTopic): void {
  to.string(topic.topic);
  to.int32(topic.partitions);
  to.int16(topic.replicationFactor);
  to.array(topic.assignments ?? [], (one, { partition, brokerIds }) => {
    one.int32(partition);
    one.int32Array(brokerIds);
    one.tags();
  });
  to.array(topic.configs ?? [], (one, { name, value }) => {
    one.string(name);
    one.nullableString(value);
    one.tags();
  });
  to.tags();
}

function readTopic(from: Reader, version: number): CreatedTopic {
  const created = {
    topic: from.string(),
    topicId: version >= 7 ? from.uuid() : null,
    errorCode: from.int16(),
    errorMessage: from.nullableString(),
    partitions: version >= 5 ? from.int32() : -1,
    replicationFactor: version >= 5 ? from.int16() : -1,
    configs: version >= 5 ? from.nullableArray(readConfig) : null,
  };
  let configErrorCode = 0;
  from.tags((tag, field) => {
    if (tag === 0) configErrorCode = field.int16();
  });
  return { ...created, configErrorCode };
}

function readConfig(from: Reader): CreatedTopicConfig {
  const config = {
    name: from.string(),
    value: from.nullableString(),
    readOnly: from.boolean(),
    source: from.int8(),
    sensitive: from.boolean(),
  };
  from.tags();
  return config;
}
