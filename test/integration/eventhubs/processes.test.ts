import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventHubs } from '../../../src/backends/eventhubs/index.ts';
import { BlobCheckpointStore } from '../../../src/backends/eventhubs/store/blob-checkpoint-store.ts';
import { type CheckpointStore, type StoredGroup, silentLogger } from '../../../src/core/index.ts';
import { partita, stopPartition } from '../../../src/index.ts';
import type { Member } from '../../support/event-hubs/fleet/process-group.ts';
import { Theatre } from '../../support/event-hubs/fleet/stage.ts';
import { PythonProcessor, pythonProblem } from '../../support/event-hubs/python-processor.ts';
import { until } from '../../support/until.ts';

const partitions = 6;

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre?.[Symbol.asyncDispose]());

/** Seconds where nothing else runs, most of them waiting for leases to end. */
const timeout = 120_000;

describe('a group of processes on Event Hubs', { timeout }, () => {
  it('repeats nothing when one joins, one leaves and one is restarted', async () => {
    await using run = theatre.stage('healthy', partitions, { expiryMs: 20_000 });
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
    expect(await run.finish()).toEqual({ lost: 0, repeated: 0 });
    expect(group.said(/^lost/)).toEqual([]);
  });

  it('loses nothing to a kill -9, and nothing to a process that stood still for longer than its lease', async () => {
    await using run = theatre.stage('unhealthy', partitions, { expiryMs: 5_000 });
    const { group, traffic } = run;
    for (const name of ['A', 'B', 'C']) group.start(name);
    await run.balanced();
    await group.kill('A');
    await run.balanced();

    const zombie = group.member('B');
    group.pause('B');
    const pausedNs = process.hrtime.bigint();
    const atPause = await run.checkpoints();
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
    await until('it has noticed', () => countOf(zombie, 'lost') >= moved.length);
    await run.balanced();
    const after = await run.checkpoints();
    for (const [i, { offset, generation }] of after.entries()) {
      expect(offset).toBeGreaterThanOrEqual(before[i]?.offset ?? 0);
      expect(generation).toBeGreaterThanOrEqual(before[i]?.generation ?? 0);
    }
    expect((await run.finish()).lost).toBe(0);
    // What came after it was paused never reached it as long as the partitions were another's.
    const late = group
      .handled()
      .filter(({ key, sequence }) => (traffic.sentNs[key]?.[sequence - 1] ?? 0n) > pausedNs)
      .map(({ partition, offset }) => `${partition}/${offset}`);
    expect(late.length).toBeGreaterThan(0);
    expect(late.filter((place, i) => late.indexOf(place) !== i)).toEqual([]);
  });

  it('shares with a processor of the official SDK: both handle events, none is lost', async () => {
    await using run = theatre.stage('mixed', partitions);
    const { group } = run;
    run.startOfficial('O');
    await until('the official processor has all', () => group.member('O').reading.size === 6);
    group.start('A');
    await run.balanced();
    const before = new Map(['O', 'A'].map((name) => [name, handledBy(name)]));
    await until('both have handled events since', () =>
      [...before].every(([name, count]) => handledBy(name) > count + 3 * partitions),
    );
    await group.stop('O');
    await until('ours has all', () => group.member('A').reading.size === 6);
    expect((await run.finish()).lost).toBe(0);

    function handledBy(member: string): number {
      return group.handled().filter((entry) => entry.member === member).length;
    }
  });
});

const noPython = pythonProblem();
if (noPython !== undefined) console.warn(`Not tried with the Python SDK: ${noPython}`);

describe.skipIf(noPython !== undefined)('a member beside a processor of the Python SDK', () => {
  it('gets its share of the partitions and their events, and leaves the other its own', async () => {
    const hub = 'python';
    await using run = theatre.stage(hub, partitions);
    const { connectionString } = theatre.emulator;
    await using python = new PythonProcessor(
      ...[connectionString, hub, 'group', theatre.storage.connectionString, 'checkpoints', '4'],
    );
    await until('the Python processor has all', () => python.size === partitions);
    // Unlike the others, this SDK takes the emulator's port for a part of the namespace.
    const namespace = new URL(/Endpoint=([^;]+)/.exec(connectionString)?.[1] ?? '').host;
    const checkpoints = inNamespace(
      namespace,
      new BlobCheckpointStore({ container: theatre.container }),
    );
    const backend = eventHubs({ connectionString, checkpoints });
    await using app = partita({ backend, logger: silentLogger });
    let handled = 0;
    app.consume(hub, {
      ...{ group: 'group', heartbeatIntervalMs: 300, sessionTimeoutMs: 3_000 },
      onError: stopPartition(),
      handle: () => {
        handled++;
      },
    });
    await app.start();
    const [consumer] = app.consumers;
    const sizes = () => [consumer?.status().partitions.length, python.size];
    await until('both have half', () => String(sizes()) === '3,3');
    const enough = handled + 10 * partitions;
    await until('events come in', () => handled > enough);
    expect(python.size).toBeGreaterThan(0);
    expect(handled).toBeLessThanOrEqual(run.traffic.produced);
  });
});

/** The same store, under another name of the namespace. */
function inNamespace(namespace: string, store: CheckpointStore): CheckpointStore {
  const named = (group: StoredGroup): StoredGroup => ({ ...group, namespace });
  return {
    name: store.name,
    check: (group) => store.check(named(group)),
    load: (group, topics) => store.load(named(group), topics),
    putMember: (group, member, etag) => store.putMember(named(group), member, etag),
    removeMember: (group, member, etag) => store.removeMember(named(group), member, etag),
    putOwnership: (group, ownership, etag) => store.putOwnership(named(group), ownership, etag),
    putCheckpoint: (group, checkpoint, etag) => store.putCheckpoint(named(group), checkpoint, etag),
  };
}

function countOf({ lines }: Member, word: string): number {
  return lines.filter((line) => line.startsWith(word)).length;
}
