import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { kafka } from '../../src/backends/kafka/index.ts';
import { type App, partita } from '../../src/index.ts';
import { auditFleet, type FleetVerdict } from '../support/fleet/audit.ts';
import { Fleet, type SharedTask } from '../support/fleet/fleet.ts';
import { Load } from '../support/fleet/load.ts';
import { startKafka } from '../support/kafka.ts';
import { describeKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

const keys = 1_000;
/** Commits go out every 200 ms; the rest is what a busy machine with one broker and four clients on two cores needs. */
const crashWindowLimitMs = 3_000;

interface Stage extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly load: Load;
  /** Waits until every record was handled at least once, stops all members, and looks at the whole run. */
  finish(killed?: ReadonlyMap<string, bigint>): Promise<FleetVerdict>;
}

async function stage(
  bootstrap: readonly string[],
  records: number,
  perSecond: number,
  task: Pick<SharedTask, 'sessionTimeoutMs'> = {},
): Promise<Stage> {
  const topic = `fleet-${randomUUID()}`;
  const client: App = partita({
    backend: kafka({ brokers: [...bootstrap] }),
    clientId: 'fleet-load',
  });
  await client.admin().createTopic({ topic, partitions: 12 });
  const load = new Load(client.producer({ lingerMs: 2 }), { topic, records, keys, perSecond });
  const fleet = new Fleet({ bootstrap, topic, group: topic, ...task });
  return {
    fleet,
    load,
    async finish(killed) {
      const verdict = () => auditFleet(fleet.handled(), load.perKey, killed);
      await until('every record is handled', () => verdict().lost === 0, {
        timeoutMs: 60_000,
        everyMs: 500,
      });
      await fleet.stopAll();
      return verdict();
    },
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]();
      await client.stop();
    },
  };
}

describeKafka('A group of processes on a real Kafka', ({ bootstrap }) => {
  it('loses nothing of 1,000,000 records through two joins, a leave and a kill -9, and repeats only the crash window', async () => {
    await using run = await stage(bootstrap, 1_000_000, 40_000);
    const { fleet, load } = run;
    for (const member of ['A', 'B', 'C']) await fleet.start(member);
    const producing = load.run();
    await load.reached(200_000);
    await fleet.start('D');
    await load.reached(350_000);
    await fleet.start('E');
    await load.reached(500_000);
    await fleet.stop('A');
    await load.reached(650_000);
    const killed = new Map([['B', await fleet.kill('B')]]);
    await producing;
    const verdict = await run.finish(killed);
    console.log('1,000,000 records:', JSON.stringify(verdict));
    expect(verdict).toMatchObject({ handled: 1_000_000, lost: 0, repeated: 0, outOfOrder: 0 });
    expect(verdict.crashWindowMs).toBeLessThan(crashWindowLimitMs);
  }, 180_000);

  it('loses nothing and repeats nothing when three healthy members are restarted one by one', async () => {
    await using run = await stage(bootstrap, 100_000, 10_000);
    const { fleet, load } = run;
    for (const member of ['A', 'B', 'C']) await fleet.start(member);
    const producing = load.run();
    for (const [index, member] of ['A', 'B', 'C'].entries()) {
      await load.reached((index + 1) * 20_000);
      await fleet.stop(member);
      await fleet.start(`${member}2`);
    }
    await producing;
    const verdict = await run.finish();
    console.log('rolling restart:', JSON.stringify(verdict));
    expect(verdict).toMatchObject({ handled: 100_000, lost: 0, repeated: 0, outOfOrder: 0 });
  }, 120_000);

  it('goes on by itself when the only broker restarts or dies in the middle, and loses and repeats nothing', async () => {
    await using cluster = await startKafka();
    // A killed broker loads its groups before it may register again, and takes requests only after that: until then nobody can
    // send a heartbeat, but sessions run. Those that end meanwhile are gone, and their members begin again at their last commits.
    const survives = { sessionTimeoutMs: 30_000 };
    await using run = await stage(cluster.bootstrap, 140_000, 10_000, survives);
    const { fleet, load } = run;
    for (const member of ['A', 'B', 'C']) await fleet.start(member);
    const producing = load.run();
    await load.reached(30_000);
    await cluster.stopBroker(0);
    await cluster.startBroker(0);
    await load.reached(80_000);
    await cluster.killBroker(0);
    await cluster.startBroker(0);
    await producing;
    const verdict = await run.finish();
    console.log('broker restart and kill -9:', JSON.stringify(verdict));
    if (verdict.repeated > 0) console.log(fleet.warnings().join('\n'));
    expect(verdict).toMatchObject({ handled: 140_000, lost: 0, repeated: 0, writtenTwice: 0 });
    expect(verdict).toMatchObject({ overtaken: 0, outOfOrder: 0 });
  }, 180_000);
});
