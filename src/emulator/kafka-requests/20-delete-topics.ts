import { deleteTopicsServerApi, errorCode } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** DeleteTopics v1-v5: at once, with what groups have committed for them. */
export const deleteTopics: Endpoint = defineEndpoint({
  api: deleteTopicsServerApi,
  gaps: ['v0 (gone in Kafka 4) and v6 (topics by id) are not served.'],
  handle: ({ topics }, { broker }) => ({
    throttleTimeMs: 0,
    topics: topics.map((name) => {
      const topic = broker.topics.get(name);
      if (topic === undefined)
        return {
          topic: name,
          errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
          errorMessage: `There is no topic '${name}'.`,
        };
      broker.topics.delete(topic);
      broker.groups.forgetTopic(name);
      return { topic: name, errorCode: errorCode.NONE, errorMessage: null };
    }),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: topics.map((topic) => ({ topic, errorCode: code, errorMessage: null })),
  }),
});
