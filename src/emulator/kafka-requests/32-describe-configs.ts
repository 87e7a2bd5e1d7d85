import {
  BROKER_RESOURCE,
  type ConfigResource,
  type DescribedResource,
  describeConfigsServerApi,
  errorCode,
  TOPIC_RESOURCE,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import { describeTopicConfigs } from './config-entries.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** DescribeConfigs v1-v4: of topics. */
export const describeConfigs: Endpoint = defineEndpoint({
  api: describeConfigsServerApi,
  gaps: [
    'v0 (gone in Kafka 4) is not served.',
    'A broker has no settings to tell; resources other than topics and brokers are refused.',
    'Synonyms, types and documentation of settings are left out.',
  ],
  handle: ({ resources }, { broker }) => ({
    throttleTimeMs: 0,
    resources: resources.map((resource) => describe(resource, broker)),
  }),
  refuse: ({ resources }, code) => ({
    throttleTimeMs: 0,
    resources: resources.map((resource) => answer(resource, code)),
  }),
});

function describe(resource: ConfigResource, broker: BrokerState): DescribedResource {
  if (resource.type === BROKER_RESOURCE) return answer(resource, errorCode.NONE);
  if (resource.type !== TOPIC_RESOURCE) return answer(resource, errorCode.INVALID_REQUEST);
  const topic = broker.topics.get(resource.name);
  if (topic === undefined) return answer(resource, errorCode.UNKNOWN_TOPIC_OR_PARTITION);
  return {
    ...answer(resource, errorCode.NONE),
    configs: describeTopicConfigs(topic, resource.keys),
  };
}

function answer({ type, name }: ConfigResource, code: number): DescribedResource {
  return { errorCode: code, errorMessage: null, type, name, configs: [] };
}
