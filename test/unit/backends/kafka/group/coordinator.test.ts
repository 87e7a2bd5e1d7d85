import { expect, it } from 'vitest';
import { Coordinator } from '../../../../../src/backends/kafka/group/coordinator.ts';
import { type PartitaError, silentLogger } from '../../../../../src/core/index.ts';
import { heartbeatApi } from '../../../../../src/protocol/index.ts';
import { seededRandom, VirtualClock } from '../../../../../src/testing/index.ts';
import { SimCluster } from '../../../../support/sim-kafka/sim-cluster.ts';

function setUp() {
  const clock = new VirtualClock();
  const cluster = new SimCluster(clock, seededRandom(1));
  const troubles: PartitaError[] = [];
  const env = { clock, random: seededRandom(2), log: silentLogger, clientId: '' };
  const trouble = (error: PartitaError) => troubles.push(error);
  const coordinator = new Coordinator({ wire: cluster.wire(), env, group: 'g', trouble });
  const stop = new AbortController();
  const call = (purpose: 'heartbeat' | 'commit' | 'join') =>
    coordinator.call({
      purpose,
      api: heartbeatApi,
      request: () => ({ groupId: 'g', generationId: 1, memberId: 'm' }),
      codeOf: ({ errorCode }) => errorCode,
      timeoutMs: 1_000,
      signal: stop.signal,
    });
  const lookups = () => cluster.requests.filter((each) => each.startsWith('Find')).length;
  return { clock, cluster, coordinator, troubles, stop, call, lookups };
}

it('looks the coordinator up once for all who ask, and uses one link per purpose', async () => {
  const { clock, cluster, call, lookups } = setUp();
  const all = Promise.all([call('join'), call('commit'), call('heartbeat'), call('commit')]);
  await clock.advance(100);
  await all;
  expect(lookups()).toBe(1);
  expect(cluster.links.size).toBe(3);
});

it('keeps the links to a coordinator that is found to be the same', async () => {
  const { clock, cluster, call } = setUp();
  const first = Promise.all([call('join'), call('heartbeat')]);
  await clock.advance(100);
  await first;
  const [join, heartbeat] = [...cluster.links];
  heartbeat?.cut();
  const second = call('heartbeat');
  await clock.advance(2_000);
  await second;
  expect(cluster.links.has(join as never)).toBe(true);
});

it('drops what is left on a coordinator that was replaced', async () => {
  const { clock, cluster, call } = setUp();
  const first = Promise.all([call('join'), call('heartbeat')]);
  await clock.advance(100);
  await first;
  cluster.moveCoordinator(2);
  const second = call('heartbeat');
  await clock.advance(2_000);
  await second;
  expect([...cluster.links].map(({ nodeId }) => nodeId)).toEqual([2]);
});

it('asks on for as long as there is no coordinator, and reports it ever more rarely', async () => {
  const { clock, cluster, call, troubles, lookups } = setUp();
  cluster.coordinatorId = 0;
  const answered = call('commit');
  await clock.advance(60_000);
  expect(lookups()).toBeGreaterThan(100);
  expect(troubles.length).toBeLessThan(10);
  cluster.coordinatorId = 3;
  await clock.advance(2_000);
  expect(await answered).not.toBeNull();
});

it('leaves nothing behind when a call is called off, or all are', async () => {
  const { clock, cluster, call, stop, coordinator } = setUp();
  cluster.coordinatorId = 0;
  const calledOff = expect(call('join')).rejects.toMatchObject({ code: 'CLOSED' });
  await clock.advance(1_000);
  stop.abort();
  await calledOff;
  coordinator.close();
  await clock.advance(5_000);
  expect(clock.pending).toBe(0);
  expect(cluster.links.size).toBe(0);
  await expect(call('join')).rejects.toMatchObject({ code: 'CLOSED' });
});
