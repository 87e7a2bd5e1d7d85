import { memoryCheckpointStore } from '../../../../../src/backends/eventhubs/store/memory-checkpoint-store.ts';
import { VirtualClock } from '../../../../../src/testing/index.ts';
import { checkpointStoreCases } from '../../../../support/checkpoint-store-cases.ts';

checkpointStoreCases('memory checkpoint store', async () =>
  memoryCheckpointStore(new VirtualClock()),
);
