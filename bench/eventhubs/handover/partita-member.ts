/** A member of ours, from the built package. */
import { partita, stopPartition } from 'partita';
import { blobCheckpoints, eventHubs } from 'partita/eventhubs';
import { readMemberTask } from '../../../test/support/event-hubs/fleet/member-task.ts';
import { runPartitaMember } from '../../../test/support/event-hubs/fleet/run-partita-member.ts';

await runPartitaMember({ partita, stopPartition, eventHubs, blobCheckpoints }, readMemberTask());
