import type { ContainerModule } from 'inversify';
import type { BackendDefinition } from '../core/index.ts';
import { inversify } from './load-inversify.ts';
import { tokens } from './tokens.ts';

/** A backend as it is: `backendModule(kafka({ brokers }))`. */
export function backendModule(backend: BackendDefinition): ContainerModule {
  return new inversify.ContainerModule(({ bind }) => {
    bind(tokens.backend).toConstantValue(backend);
  });
}
