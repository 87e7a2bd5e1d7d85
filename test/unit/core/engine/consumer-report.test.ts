import { describe, expect, it } from 'vitest';
import { type MembershipState, PartitaError, skip } from '../../../../src/core/index.ts';
import { startEngine } from '../../../support/engine.ts';

const stable: MembershipState = {
  memberId: 'm1',
  generation: 3,
  state: 'stable',
  assignor: 'range',
  isLeader: true,
};

describe('a consumer reports', () => {
  it('every fact once, in order, under its name', async () => {
    const { backend, clock, events, consumer } = await startEngine({
      onError: skip(),
      commit: { everyRecords: 2 },
      handle: (_: unknown, { record }: { record: { offset: number } }) => {
        if (record.offset === 1) throw new Error('boom');
      },
    });
    backend.listener.membership?.({ ...stable, state: 'joining' });
    backend.listener.membership?.(stable);
    backend.append(0, [{}, {}]);
    await clock.advance(0);
    await backend.revoke([0]);
    expect(events.map(({ kind }) => kind)).toEqual([
      'assigned',
      'committed',
      'membership',
      'membership',
      'recordFailed',
      'skipped',
      'committed',
      'closed',
    ]);
    expect(new Set(events.map((event) => event.consumer))).toEqual(new Set(['billing']));
    expect(consumer.status()).toMatchObject({
      membership: stable,
      counts: { handled: 2, failures: 1, retries: 0, skipped: 1, commits: 2, rebalances: 1 },
    });
  });

  it('what is wrong with a partition until it is not its own any more', async () => {
    const { app, backend } = await startEngine({ handle: () => {} }, { partitions: [1, 10] });
    const error = new PartitaError('OFFSET_OUT_OF_RANGE', 'Gone.');
    backend.listener.failed(error, { topic: 'orders', partition: 1 });
    backend.listener.failed(error, { topic: 'orders', partition: 10 });
    expect(app.health().problems).toHaveLength(2);
    backend.lose([1]);
    expect(app.health().problems).toHaveLength(1);
    await backend.revoke([10]);
    expect(app.health().ok).toBe(true);
  });

  it('passing trouble with a partition without turning red', async () => {
    const { app, backend, heard, lines } = await startEngine({ handle: () => {} });
    const error = new PartitaError('UNAVAILABLE', 'Leader moves.', { retriable: true });
    backend.listener.failed(error, { topic: 'orders', partition: 0 });
    expect(app.health().ok).toBe(true);
    expect(heard('error')).toMatchObject([{ error, partition: { topic: 'orders', partition: 0 } }]);
    expect(lines).toContain('warn Leader moves.');
  });
});
