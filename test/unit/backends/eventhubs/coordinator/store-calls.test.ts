import { describe, expect, it } from 'vitest';
import { StoreCalls } from '../../../../../src/backends/eventhubs/coordinator/store-calls.ts';
import { memoryCheckpointStore } from '../../../../../src/backends/eventhubs/store/memory-checkpoint-store.ts';
import { type CheckpointStore, PartitaError, silentLogger } from '../../../../../src/core/index.ts';
import { VirtualClock } from '../../../../../src/testing/index.ts';

function setUp() {
  const clock = new VirtualClock();
  const inner = memoryCheckpointStore(clock);
  let answer: CheckpointStore['load'] = (group, topics) => inner.load(group, topics);
  const lines: string[] = [];
  const told: PartitaError[] = [];
  const write = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log = { ...silentLogger, info: write('info'), warn: write('warn') };
  const calls = new StoreCalls({
    store: { ...inner, name: 'the store', load: (...args) => answer(...args) },
    group: { namespace: 'ns', group: 'g' },
    env: { clock, random: () => 0.5, log, clientId: 'c' },
    timeoutMs: 10_000,
    outageMs: 3_000,
    trouble: (error) => void told.push(error),
  });
  const loads = (as: CheckpointStore['load']) => {
    answer = as;
    return calls.load(['a']);
  };
  return { clock, calls, lines, told, loads, works: inner.load };
}

const fails = (retriable: boolean) => async () => {
  throw new PartitaError('AUTHENTICATION_FAILED', 'the SAS has expired', { retriable });
};

describe('calls to the store', () => {
  it('tell trouble when it begins, every ten seconds while it lasts, and when it ends', async () => {
    const { clock, calls, lines, told, loads, works } = setUp();
    for (let i = 0; i < 21; i++) {
      await expect(loads(fails(true))).rejects.toThrow('the SAS has expired');
      await clock.advance(1_000);
    }
    await loads(works);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(
      'warn Group g: the SAS has expired. Owned partitions are processed on as long as the last heartbeat counts',
    );
    expect(lines[3]).toBe('info Group g: the store answers again after 21000 ms');
    expect(told).toHaveLength(3);
    expect(calls.outageEndedMs).toBe(clock.now());
  });

  it('tell it as passing: a member that is at work waits for the store, whatever it says', async () => {
    const { told, loads } = setUp();
    await expect(loads(fails(false))).rejects.toMatchObject({ retriable: false });
    expect(told).toMatchObject([{ code: 'AUTHENTICATION_FAILED', retriable: true }]);
  });

  it('end in time, and leave no timer behind', async () => {
    const { clock, loads, works } = setUp();
    const hanging = expect(loads(() => new Promise(() => {}))).rejects.toMatchObject({
      code: 'TIMEOUT',
      retriable: true,
    });
    await clock.advance(10_000);
    await hanging;
    await loads(works);
    expect(clock.pending).toBe(0);
  });

  it('take what is no error of ours for trouble that passes', async () => {
    const { loads } = setUp();
    const broken = async () => {
      throw new TypeError('a defect of a store');
    };
    await expect(loads(broken)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retriable: true,
      message: expect.stringContaining('a defect of a store'),
    });
  });

  it('do not take a short hiccup for an outage', async () => {
    const { calls, loads, works } = setUp();
    await expect(loads(fails(true))).rejects.toThrow();
    await loads(works);
    expect(calls.outageEndedMs).toBe(Number.NEGATIVE_INFINITY);
  });
});
