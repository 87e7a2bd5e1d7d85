import { incrementalAlterConfigsServerApi } from '../../protocol/index.ts';
import { changeConfigs, changedConfigs, refusedChanges } from './config-changes.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** IncrementalAlterConfigs v0-v1: of topics. */
export const incrementalAlterConfigs: Endpoint = defineEndpoint({
  api: incrementalAlterConfigsServerApi,
  gaps: ['Settings of brokers, groups and loggers cannot be changed.'],
  handle: ({ resources, validateOnly = false }, { broker }) => ({
    throttleTimeMs: 0,
    resources: changeConfigs(resources, validateOnly, broker, changedConfigs),
  }),
  refuse: ({ resources }, code) => refusedChanges(resources, code),
});
