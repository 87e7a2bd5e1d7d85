import type { ContainerModule } from 'inversify';
import type { MemoryOptions } from '../../backends/memory/index.ts';
import { inversify } from '../load-inversify.ts';
import { tokens } from '../tokens.ts';

/** The memory backend. */
export function memoryModule(options: MemoryOptions = {}): ContainerModule {
  return new inversify.ContainerModule(async ({ bind }) => {
    const { memory } = await import('../../backends/memory/index.ts');
    bind(tokens.backend).toConstantValue(memory(options));
  });
}
