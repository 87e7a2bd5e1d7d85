import type { HubDefinition } from './hub.ts';

/**
 * Reads `orders:4:group1,group2`: name, partitions (1 when left out), consumer groups beside `$Default`. What is wrong with the
 * values is found where the definition is used.
 */
export function parseHubSpec(spec: string): HubDefinition {
  const [name = '', partitions = '1', groups = ''] = spec.split(':');
  const consumerGroups = groups.split(',').filter((group) => group !== '');
  return {
    name,
    partitions: partitions === '' ? 1 : Number(partitions),
    consumerGroups,
  };
}
