import { fileURLToPath } from 'node:url';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobCheckpointStore } from '../../../src/backends/eventhubs/store/blob-checkpoint-store.ts';
import type { CheckpointRecord } from '../../../src/core/index.ts';
import {
  type Emulator,
  type Storage,
  startEmulator,
  startStorage,
} from '../../../src/emulator/index.ts';
import { auditPhases } from '../../support/event-hubs/fleet/audit.ts';
import { type Member, ProcessGroup } from '../../support/event-hubs/fleet/process-group.ts';
import { Traffic } from '../../support/event-hubs/fleet/traffic.ts';
import { until } from '../../support/until.ts';

const script = (name: string): string =>
  fileURLToPath(new URL(`../../support/event-hubs/fleet/${name}.ts`, import.meta.url));
const partitions = 6;
const holdMs = 600;

let emulator: Emulator;
let storage: Storage;
let container: ContainerClient;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['unused:1'] });
  storage = await startStorage();
  container = new ContainerClient(storage.connectionString, 'checkpoints');
  await container.create();
});
afterAll(async () => {
  await emulator?.close();
  await storage?.close();
});

/** A hub with live production, and a group of processes on it. */
async function stage(hub: string): Promise<Stage> {
  emulator.addHub({ name: hub, partitions, consumerGroups: ['group'] });
  const { connectionString } = emulator;
  const group = new ProcessGroup(script('partita-member'), partitions, {
    ...{ connectionString, hub, group: 'group', handleMs: 10 },
    ...{ storage: storage.connectionString, container: 'checkpoints' },
    ...{ intervalMs: 300, expiryMs: 3_000 },
  });
  const traffic = new Traffic({ connectionString, hub, partitions, everyMs: 300, perBatch: 4 });
  traffic.start();
  return new Stage(hub, group, traffic);
}

class Stage implements AsyncDisposable {
  readonly hub: string;
  readonly group: ProcessGroup;
  readonly traffic: Traffic;

  constructor(hub: string, group: ProcessGroup, traffic: Traffic) {
    this.hub = hub;
    this.group = group;
    this.traffic = traffic;
  }

  async balanced(): Promise<void> {
    if ((await this.group.balanced({ holdMs, timeoutMs: 30_000 })) !== undefined) return;
    const sizes = this.group.members.map(({ name, reading }) => `${name}: ${[...reading]}`);
    throw new Error(`not balanced: ${sizes.join('; ')}\n${this.group.said(/warn/).join('\n')}`);
  }

  async checkpoints(): Promise<readonly CheckpointRecord[]> {
    const store = new BlobCheckpointStore({ container });
    const { checkpoints } = await store.load({ namespace: 'localhost', group: 'group' }, [
      this.hub,
    ]);
    return checkpoints.toSorted((a, b) => a.partition - b.partition);
  }

  /** No more events; resolves when all that were sent have been handled. */
  async drained(): Promise<{ readonly lost: number; readonly repeated: number }> {
    await this.traffic.stop();
    await until('every event is handled', () => this.verdict().lost === 0);
    await this.group.stopAll();
    return this.verdict();
  }

  verdict(): { readonly lost: number; readonly repeated: number } {
    const phases = [{ name: 'all', fromNs: 0n }];
    const [verdict] = auditPhases(this.group.handled(), this.traffic.sentNs, phases);
    return { lost: verdict?.lost ?? 0, repeated: verdict?.repeated ?? 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.group[Symbol.asyncDispose]();
    await this.traffic[Symbol.asyncDispose]();
  }
}

describe('a group of processes on Event Hubs', () => {
  it('repeats nothing when one joins, one leaves and one is restarted', async () => {
    await using run = await stage('healthy');
    const { group } = run;
    for (const name of ['A', 'B']) group.start(name);
    await run.balanced();
    group.start('C');
    await run.balanced();
    await group.stop('A');
    await run.balanced();
    await group.stop('B');
    group.start('B2');
    await run.balanced();
    expect(await run.drained()).toEqual({ lost: 0, repeated: 0 });
    expect(group.said(/^lost/)).toEqual([]);
  });

  it('loses nothing to a kill -9, and nothing to a process that stood still for longer than its lease', async () => {
    await using run = await stage('unhealthy');
    const { group, traffic } = run;
    for (const name of ['A', 'B', 'C']) group.start(name);
    await run.balanced();
    await group.kill('A');
    await run.balanced();

    const zombie = group.member('B');
    const pausedNs = process.hrtime.bigint();
    const atPause = await run.checkpoints();
    group.pause('B');
    await until('the others have all', () => group.member('C').reading.size === partitions);
    const moved = [...zombie.reading];
    expect(moved.length).toBe(partitions / 2);
    const movedOn = async () =>
      (await run.checkpoints()).every(
        ({ offset }, i) => (offset ?? 0) > (atPause[i]?.offset ?? 0) + 20,
      );
    await until('the next owner has committed', movedOn);
    const before = await run.checkpoints();
    group.resume('B');
    await until('it has noticed', () => countOf(zombie, 'lost') === moved.length);
    await run.balanced();
    const after = await run.checkpoints();
    for (const [i, { offset, generation }] of after.entries()) {
      expect(offset).toBeGreaterThanOrEqual(before[i]?.offset ?? 0);
      expect(generation).toBeGreaterThanOrEqual(before[i]?.generation ?? 0);
    }
    expect((await run.drained()).lost).toBe(0);
    // What came after it was paused never reached it as long as the partitions were another's.
    const late = group
      .handled()
      .filter(({ key, sequence }) => (traffic.sentNs[key]?.[sequence - 1] ?? 0n) > pausedNs)
      .map(({ partition, offset }) => `${partition}/${offset}`);
    expect(late.length).toBeGreaterThan(0);
    expect(late.filter((place, i) => late.indexOf(place) !== i)).toEqual([]);
  });
});

function countOf({ lines }: Member, word: string): number {
  return lines.filter((line) => line.startsWith(word)).length;
}
