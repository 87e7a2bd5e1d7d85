// Metadata v1-v12. Missing: v0 (cannot ask for no topics), v13 (adds a top-level error code).
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';

export interface MetadataRequest {
  /** `null`: all topics. */
  readonly topics: readonly string[] | null;
  /** Versions below 4 always create. @default false */
  readonly allowAutoTopicCreation?: boolean;
}

export interface MetadataBroker {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

export interface MetadataPartition {
  readonly errorCode: number;
  readonly partition: number;
  /** -1 while there is no leader. */
  readonly leaderId: number;
  /** -1 when unknown (before v7). */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offlineReplicas: readonly number[];
}

export interface MetadataTopic {
  readonly errorCode: number;
  /** Null only in v12, for a topic asked by id and not found. */
  readonly topic: string | null;
  /** Base64url of 16 bytes; null before v10. */
  readonly topicId: string | null;
  readonly internal: boolean;
  readonly partitions: readonly MetadataPartition[];
}

export interface MetadataResponse {
  readonly throttleTimeMs: number;
  readonly brokers: readonly MetadataBroker[];
  readonly clusterId: string | null;
  /** -1 when unknown. */
  readonly controllerId: number;
  readonly topics: readonly MetadataTopic[];
}

const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

export const metadataApi: Api<MetadataRequest, MetadataResponse> = defineApi({
  key: 3,
  name: 'Metadata',
  versions: { min: 1, max: 12 },
  flexibleFrom: 9,
  write(to, { topics, allowAutoTopicCreation = false }, version) {
    to.nullableArray(topics, (one, topic) => {
      if (version >= 10) one.uuid(NO_TOPIC_ID);
      one.string(topic);
      one.tags();
    });
    if (version >= 4) to.boolean(allowAutoTopicCreation);
    if (version >= 8 && version <= 10) to.boolean(false);
    if (version >= 8) to.boolean(false);
  },
  read(from, version) {
    const throttleTimeMs = version >= 3 ? from.int32() : 0;
    const brokers = from.array(readBroker);
    const clusterId = version >= 2 ? from.nullableString() : null;
    const controllerId = from.int32();
    const topics = from.array((one) => readTopic(one, version));
    if (version >= 8 && version <= 10) from.int32();
    from.tags();
    return { throttleTimeMs, brokers, clusterId, controllerId, topics };
  },
});

function readBroker(from: Reader): MetadataBroker {
  const broker = {
    nodeId: from.int32(),
    host: from.string(),
    port: from.int32(),
    rack: from.nullableString(),
  };
  from.tags();
  return broker;
}

function readTopic(from: Reader, version: number): MetadataTopic {
  const topic = {
    errorCode: from.int16(),
    topic: from.nullableString(),
    topicId: version >= 10 ? from.uuid() : null,
    internal: from.boolean(),
    partitions: from.array((one) => readPartition(one, version)),
  };
  if (version >= 8) from.int32();
  from.tags();
  return topic;
}

function readPartition(from: Reader, version: number): MetadataPartition {
  const partition = {
    errorCode: from.int16(),
    partition: from.int32(),
    leaderId: from.int32(),
    leaderEpoch: version >= 7 ? from.int32() : -1,
    replicas: from.int32Array(),
    isr: from.int32Array(),
    offlineReplicas: version >= 5 ? from.int32Array() : [],
  };
  from.tags();
  return partition;
}
