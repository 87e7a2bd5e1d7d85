/** A member of ours, from the source. */
import { blobCheckpoints, eventHubs } from '../../../../src/backends/eventhubs/index.ts';
import { partita, stopPartition } from '../../../../src/index.ts';
import { readMemberTask } from './member-task.ts';
import { runPartitaMember } from './run-partita-member.ts';

await runPartitaMember({ partita, stopPartition, eventHubs, blobCheckpoints }, readMemberTask());
