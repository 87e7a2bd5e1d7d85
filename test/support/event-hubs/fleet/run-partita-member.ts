import { setTimeout as wait } from 'node:timers/promises';
import type { blobCheckpoints, eventHubs } from '../../../../src/backends/eventhubs/index.ts';
import type { partita, stopPartition } from '../../../../src/index.ts';
import { HandledLog } from '../../fleet/handled-log.ts';
import { type MemberTask, say } from './member-task.ts';

/** From the source in tests, from the built package in benchmarks. */
export interface Partita {
  readonly partita: typeof partita;
  readonly stopPartition: typeof stopPartition;
  readonly eventHubs: typeof eventHubs;
  readonly blobCheckpoints: typeof blobCheckpoints;
}

/** A member that handles each event for a while, notes it down, and ends on SIGTERM. */
export async function runPartitaMember(
  { partita, stopPartition, eventHubs, blobCheckpoints }: Partita,
  task: MemberTask,
): Promise<void> {
  using handled = new HandledLog(task.logFile);
  const { connectionString, storage, container, officialProcessors = 'detect' } = task;
  const checkpoints = blobCheckpoints({ connectionString: storage, container });
  const app = partita({
    backend: eventHubs({ connectionString, checkpoints, officialProcessors }),
    clientId: task.member,
  }).consume(task.hub, {
    group: task.group,
    assignor: 'cooperative-sticky',
    sessionTimeoutMs: task.expiryMs,
    heartbeatIntervalMs: task.intervalMs,
    onError: stopPartition(),
    async handle({ value, partition, offset }) {
      await wait(task.handleMs);
      handled.add(partition, offset, value?.readUInt32LE(0) ?? 0, value?.readUInt32LE(4) ?? 0);
    },
  });
  app.on((event) => {
    if (event.kind === 'assigned')
      for (const { partition } of event.partitions) say('open', partition);
    if (event.kind === 'closed') {
      say('close', event.partition.partition);
      if (event.reason === 'lost') say('lost', event.partition.partition);
    }
    if (event.kind === 'committed') say('committed', event.positions.length);
    if (event.kind === 'commitFailed') say('commitFailed', event.error.code);
  });
  await app.run();
}
