import type { MetadataResponse } from '../apis/03-metadata.ts';
import { metadataApi } from '../apis/03-metadata.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

type Topic = MetadataResponse['topics'][number];

/** A topic asked by its name, or by its id (from v10, base64url). */
export type AskedTopic =
  | { readonly topic: string; readonly topicId?: never }
  | { readonly topic: null; readonly topicId: string };

/** Wider than what our own client asks: by topic id as well, and before v1 an empty list means all. */
export interface ServedMetadataRequest {
  /** `null`: all topics. */
  readonly topics: readonly AskedTopic[] | null;
  readonly allowAutoTopicCreation: boolean;
}

/** Says that authorized operations were not asked for. */
const NO_OPERATIONS = -2_147_483_648;
const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

export const metadataServerApi: ServerApi<ServedMetadataRequest, MetadataResponse> =
  defineServerApi(metadataApi, {
    versions: { min: 0, max: metadataApi.versions.max },
    readRequest(from, version) {
      const asked = from.nullableArray((one) => readAsked(one, version));
      const topics = version === 0 && asked?.length === 0 ? null : asked;
      const allowAutoTopicCreation = version >= 4 ? from.boolean() : true;
      if (version >= 8 && version <= 10) from.boolean(); // cluster's authorized operations
      if (version >= 8) from.boolean(); // topics' authorized operations
      return { topics, allowAutoTopicCreation };
    },
    writeResponse(to, response, version) {
      if (version >= 3) to.int32(response.throttleTimeMs);
      to.array(response.brokers, (one, { nodeId, host, port, rack }) => {
        one.int32(nodeId);
        one.string(host);
        one.int32(port);
        if (version >= 1) one.nullableString(rack);
        one.tags();
      });
      if (version >= 2) to.nullableString(response.clusterId);
      if (version >= 1) to.int32(response.controllerId);
      to.array(response.topics, (one, topic) => writeTopic(one, topic, version));
      if (version >= 8 && version <= 10) to.int32(NO_OPERATIONS);
    },
  });

function readAsked(from: Reader, version: number): AskedTopic {
  const topicId = version >= 10 ? from.uuid() : NO_TOPIC_ID;
  const topic = version >= 10 ? from.nullableString() : from.string();
  from.tags();
  return topic === null ? { topic, topicId } : { topic };
}

function writeTopic(to: Writer, topic: Topic, version: number): void {
  to.int16(topic.errorCode);
  if (version >= 12) to.nullableString(topic.topic);
  else to.string(topic.topic ?? '');
  if (version >= 10) to.uuid(topic.topicId ?? NO_TOPIC_ID);
  if (version >= 1) to.boolean(topic.internal);
  to.array(topic.partitions, (one, partition) => {
    one.int16(partition.errorCode);
    one.int32(partition.partition);
    one.int32(partition.leaderId);
    if (version >= 7) one.int32(partition.leaderEpoch);
    one.int32Array(partition.replicas);
    one.int32Array(partition.isr);
    if (version >= 5) one.int32Array(partition.offlineReplicas);
    one.tags();
  });
  if (version >= 8) to.int32(NO_OPERATIONS);
  to.tags();
}
