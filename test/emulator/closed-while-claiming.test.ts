import { eventHubs, memoryCheckpointStore } from 'partita/eventhubs';
import { broker } from 'partita/testing';
import { it } from 'vitest';
import { type CheckpointStore, type Clock, silentLogger } from '../../src/core/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { groupOptions } from '../support/group-options.ts';
import { RecordingListener } from '../support/recording-listener.ts';
import { until } from '../support/until.ts';

/** The real clock, with a count of the calls that are still to come. */
function countingClock(): Clock & { readonly pending: () => number } {
  const pending = new Set<object>();
  return {
    now: () => realClock.now(),
    pending: () => pending.size,
    schedule(delayMs, run) {
      const call = {};
      pending.add(call);
      const cancel = realClock.schedule(delayMs, () => {
        pending.delete(call);
        run();
      });
      return () => {
        pending.delete(call);
        cancel();
      };
    },
  };
}

// It looked for a place to begin, without end, and the process of an application that was stopped did not end.
it('a session that claims a partition while it closes its readers opens it no more', async () => {
  await using local = await broker({
    topics: [{ name: 'orders', partitions: 2 }],
    eventHubs: true,
  });
  const { connectionString } = local.eventHubs;
  const store = memoryCheckpointStore(realClock);
  const join = (clock: Clock, checkpoints: CheckpointStore, clientId: string) => {
    const env = { clock, random: Math.random, log: silentLogger, clientId };
    const backend = eventHubs({ connectionString, checkpoints }).open(env);
    const subscription = { kind: 'topics', topics: ['orders'] } as const;
    const listener = new RecordingListener();
    const options = groupOptions({ group: '$Default', subscription, heartbeatIntervalMs: 100 });
    return { backend, listener, session: backend.openGroup(options, listener) };
  };

  // The second claim of a partition is answered when the session is closing.
  const clock = countingClock();
  let isHeld = false;
  const claimed = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const slow = Object.assign(Object.create(store) as CheckpointStore, {
    async putOwnership(...given: Parameters<CheckpointStore['putOwnership']>) {
      const stamp = await store.putOwnership(...given);
      if (isHeld && given[1].owner !== '') {
        claimed.resolve();
        await answered.promise;
      }
      return stamp;
    },
  });
  const one = join(clock, slow, 'one');
  await until('it reads both', () => one.listener.owned.size === 2);
  const other = join(realClock, store, 'other');
  await until(
    'they share them',
    () => other.listener.owned.size === 1 && one.listener.owned.size === 1,
  );
  isHeld = true;
  await other.session.close({ leave: true });
  await other.backend.close();
  await claimed.promise;
  const closing = one.session.close({ leave: true });
  answered.resolve();
  // Nobody answers any more where the partition begins.
  await local.close();
  await closing;
  await one.backend.close();
  await until('nothing is left to be done', () => clock.pending() === 0);
});
