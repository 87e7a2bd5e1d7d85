import {
  type CreateTopicsRequest,
  type CreateTopicsResponse,
  createTopicsApi,
  type NewTopic,
} from '../apis/19-create-topics.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

type CreatedTopic = CreateTopicsResponse['topics'][number];

const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

export const createTopicsServerApi: ServerApi<CreateTopicsRequest, CreateTopicsResponse> =
  defineServerApi(createTopicsApi, {
    readRequest: (from) => ({
      topics: from.array(readTopic),
      timeoutMs: from.int32(),
      validateOnly: from.boolean(),
    }),
    writeResponse(to, { throttleTimeMs, topics }, version) {
      to.int32(throttleTimeMs);
      to.array(topics, (one, topic) => writeTopic(one, topic, version));
    },
  });

function readTopic(from: Reader): NewTopic {
  const topic = {
    topic: from.string(),
    partitions: from.int32(),
    replicationFactor: from.int16(),
    assignments: from.array((one) => {
      const assignment = { partition: one.int32(), brokerIds: one.int32Array() };
      one.tags();
      return assignment;
    }),
    configs: from.array((one) => {
      const config = { name: one.string(), value: one.nullableString() };
      one.tags();
      return config;
    }),
  };
  from.tags();
  return topic;
}

function writeTopic(to: Writer, created: CreatedTopic, version: number): void {
  const { configErrorCode } = created;
  to.string(created.topic);
  if (version >= 7) to.uuid(created.topicId ?? NO_TOPIC_ID);
  to.int16(created.errorCode);
  to.nullableString(created.errorMessage);
  if (version >= 5) {
    to.int32(created.partitions);
    to.int16(created.replicationFactor);
    to.nullableArray(created.configs, (one, config) => {
      one.string(config.name);
      one.nullableString(config.value);
      one.boolean(config.readOnly);
      one.int8(config.source);
      one.boolean(config.sensitive);
      one.tags();
    });
  }
  to.tagged(configErrorCode === 0 ? [] : [[0, (field) => field.int16(configErrorCode)]]);
}
