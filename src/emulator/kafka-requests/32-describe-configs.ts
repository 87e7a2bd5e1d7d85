import {
  BROKER_RESOURCE,
  type ConfigResource,
  type DescribedResource,
  describeConfigsServerApi,
  errorCode,
  TOPIC_RESOURCE,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import { isLegalTopicName } from '../kafka-log/topics.ts';
import { describeTopicConfigs } from './config-entries.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** DescribeConfigs v1-v4: of topics. */
export const describeConfigs: Endpoint = defineEndpoint({
  api: describeConfigsServerApi,
  gaps: [
    'v0 (gone in Kafka 4) is not served.',
    'A broker has no settings to tell; resources other than topics and brokers are refused.',
    'Types and documentation of settings are left out.',
  ],
  handle: ({ resources, includeSynonyms = false }, { broker }) => ({
    throttleTimeMs: 0,
    resources: resources.map((resource) => describe(resource, includeSynonyms, broker)),
  }),
  refuse: ({ resources }, code) => ({
    throttleTimeMs: 0,
    resources: resources.map((resource) => answer(resource, code)),
  }),
});

function describe(
  resource: ConfigResource,
  withSynonyms: boolean,
  broker: BrokerState,
): DescribedResource {
  const { type, name } = resource;
  if (type === BROKER_RESOURCE) {
    const known = name === '' || broker.cluster.nodes.some(({ nodeId }) => String(nodeId) === name);
    return known
      ? answer(resource, errorCode.NONE)
      : answer(resource, errorCode.INVALID_REQUEST, `There is no broker '${name}'.`);
  }
  if (type !== TOPIC_RESOURCE)
    return answer(resource, errorCode.INVALID_REQUEST, `There are no resources of type ${type}.`);
  if (!isLegalTopicName(name))
    return answer(resource, errorCode.INVALID_TOPIC_EXCEPTION, `'${name}' is no legal topic name.`);
  const topic = broker.topics.get(name);
  if (topic === undefined) return answer(resource, errorCode.UNKNOWN_TOPIC_OR_PARTITION);
  return {
    ...answer(resource, errorCode.NONE),
    configs: describeTopicConfigs(topic.configs, resource.keys, withSynonyms),
  };
}

function answer(
  { type, name }: ConfigResource,
  code: number,
  errorMessage: string = '',
): DescribedResource {
  return { errorCode: code, errorMessage, type, name, configs: [] };
}
