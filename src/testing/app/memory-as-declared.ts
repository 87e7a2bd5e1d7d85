import type { MemoryBroker } from '../../backends/memory/index.ts';
import type { BackendDefinition, Capabilities } from '../../core/index.ts';

/** A memory broker under the name of another backend, without what that cannot do. */
export function asDeclared(broker: MemoryBroker, declared: BackendDefinition): BackendDefinition {
  return {
    name: declared.name,
    capabilities: common(declared.capabilities, broker.capabilities),
    open: (env) => broker.open(env),
  };
}

/** What both can do. */
function common(declared: Capabilities, memory: Capabilities): Capabilities {
  const both = Object.entries(memory).map(([name, value]) => {
    const other = declared[name as keyof Capabilities];
    if (typeof value === 'boolean') return [name, value && other];
    return [name, other];
  });
  return Object.fromEntries(both) as Capabilities;
}
