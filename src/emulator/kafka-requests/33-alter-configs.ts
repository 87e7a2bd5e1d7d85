import { alterConfigsServerApi } from '../../protocol/index.ts';
import { changeConfigs, refusedChanges, replacedConfigs } from './config-changes.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** AlterConfigs v0-v2: of topics. */
export const alterConfigs: Endpoint = defineEndpoint({
  api: alterConfigsServerApi,
  gaps: ['Settings of brokers, groups and loggers cannot be changed.'],
  handle: ({ resources, validateOnly = false }, { broker }) => ({
    throttleTimeMs: 0,
    resources: changeConfigs(resources, validateOnly, broker, replacedConfigs),
  }),
  refuse: ({ resources }, code) => refusedChanges(resources, code),
});
