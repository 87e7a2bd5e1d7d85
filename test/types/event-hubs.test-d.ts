import type { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { expectTypeOf } from 'vitest';
import type { EventHubsOptions } from '../../src/backends/eventhubs/index.ts';

// The credentials of the package @azure/identity are taken as they are.
type Taken = NonNullable<EventHubsOptions['credential']>;
expectTypeOf<DefaultAzureCredential>().toExtend<Taken>();
expectTypeOf<ManagedIdentityCredential>().toExtend<Taken>();
