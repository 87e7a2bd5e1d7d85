import { describe, expect, it } from 'vitest';
import type { CheckpointStore, MemberEntry, StoredGroup } from '../../src/core/index.ts';

let groups = 0;

/** A group that no other test uses. */
export function newGroup(): StoredGroup {
  return { namespace: 'Contoso.Example.net', group: `Billing-${++groups}` };
}

export function memberEntry(memberId: string, more: Partial<MemberEntry> = {}): MemberEntry {
  return {
    memberId,
    topic: 'Orders',
    session: 's1',
    topics: { Orders: 4 },
    assignors: ['cooperative-sticky', 'range'],
    userData: { weighted: new Uint8Array([0, 1, 255]) },
    sessionTimeoutMs: 45_000,
    clientId: 'Zahlung ä "1" 🚚',
    ...more,
  };
}

/** What every checkpoint store has to do. */
export function checkpointStoreCases(what: string, open: () => Promise<CheckpointStore>): void {
  describe(what, () => {
    it('gives back what was written', async () => {
      const store = await open();
      const group = newGroup();
      await store.check(group);
      const member = memberEntry('a/b c', { rack: 'r1', instanceId: 'i1' });
      const ownership = { topic: 'Orders', partition: 3, owner: 'a', generation: 7 };
      const checkpoint = {
        topic: 'Orders',
        partition: 3,
        offset: 42,
        token: '4242:1:x',
        metadata: 'partita1rAAE',
        generation: 7,
      };
      await store.putMember(group, member, null);
      await store.putOwnership(group, ownership, null);
      await store.putCheckpoint(group, checkpoint, null);
      const loaded = await store.load(group, ['Orders']);
      expect(loaded.members).toMatchObject([member]);
      expect(loaded.ownerships).toMatchObject([ownership]);
      expect(loaded.checkpoints).toMatchObject([checkpoint]);
      for (const { modifiedMs } of [...loaded.members, ...loaded.ownerships])
        expect(Math.abs(loaded.serverTimeMs - modifiedMs)).toBeLessThan(10_000);
    });

    it('creates a record once, whoever else tries at the same time', async () => {
      const store = await open();
      const group = newGroup();
      const claims = Array.from({ length: 10 }, (_, i) => ({
        topic: 'orders',
        partition: 0,
        owner: `m${i}`,
        generation: 1,
      }));
      const stamps = await Promise.all(claims.map((c) => store.putOwnership(group, c, null)));
      expect(stamps.filter((stamp) => stamp !== null)).toHaveLength(1);
      const winner = claims[stamps.findIndex((stamp) => stamp !== null)]?.owner;
      const { ownerships } = await store.load(group, ['orders']);
      expect(ownerships.map(({ owner }) => owner)).toEqual([winner]);
    });

    it('replaces a record once per etag, also by the same values', async () => {
      const store = await open();
      const group = newGroup();
      const owned = { topic: 'orders', partition: 0, owner: 'm', generation: 1 };
      const first = await store.putOwnership(group, owned, null);
      const tries = await Promise.all(
        Array.from({ length: 10 }, () => store.putOwnership(group, owned, first?.etag ?? '')),
      );
      const second = tries.filter((stamp) => stamp !== null);
      expect(second).toHaveLength(1);
      expect(second[0]?.etag).not.toBe(first?.etag);
      expect(await store.putOwnership(group, owned, first?.etag ?? '')).toBeNull();
      const [loaded] = (await store.load(group, ['orders'])).ownerships;
      expect(loaded?.etag).toBe(second[0]?.etag);
      expect(await store.putOwnership(group, owned, loaded?.etag ?? '')).not.toBeNull();
    });

    it('changes nothing that does not exist', async () => {
      const store = await open();
      const group = newGroup();
      const owned = { topic: 'orders', partition: 0, owner: 'm', generation: 1 };
      const gone = await store.putMember(group, memberEntry('m'), null);
      await store.removeMember(group, { topic: 'Orders', memberId: 'm' }, gone?.etag ?? '');
      await store.removeMember(group, { topic: 'Orders', memberId: 'm' }, gone?.etag ?? '');
      await store.putOwnership(group, owned, null);
      expect((await store.load(group, ['orders'])).members).toEqual([]);
    });

    it('removes a member only as it was seen', async () => {
      const store = await open();
      const group = newGroup();
      const first = await store.putMember(group, memberEntry('m'), null);
      const second = await store.putMember(group, memberEntry('m'), first?.etag ?? '');
      await store.removeMember(group, { topic: 'Orders', memberId: 'm' }, first?.etag ?? '');
      expect((await store.load(group, ['Orders'])).members).toMatchObject([{ memberId: 'm' }]);
      await store.removeMember(group, { topic: 'Orders', memberId: 'm' }, second?.etag ?? '');
      expect((await store.load(group, ['Orders'])).members).toEqual([]);
    });

    it('keeps topics and groups apart, and takes names without regard to case', async () => {
      const store = await open();
      const group = newGroup();
      const owned = { topic: 'orders', partition: 0, owner: 'm', generation: 1 };
      await store.putOwnership(group, owned, null);
      await store.putOwnership(group, { ...owned, topic: 'orders-2', owner: 'n' }, null);
      const upper = { namespace: 'CONTOSO.example.NET', group: group.group.toUpperCase() };
      const loaded = await store.load(upper, ['ORDERS']);
      expect(loaded.ownerships).toMatchObject([{ topic: 'ORDERS', owner: 'm' }]);
      expect((await store.load(newGroup(), ['orders'])).ownerships).toEqual([]);
    });

    it('lists the groups of a namespace with their topics', async () => {
      const store = await open();
      const namespace = `n${++groups}.example.net`;
      expect(await store.groups?.(namespace)).toEqual([]);
      const position = { partition: 0, offset: 1, token: null, metadata: '', generation: null };
      await store.putCheckpoint(
        { namespace, group: 'Billing' },
        { topic: 'Orders', ...position },
        null,
      );
      await store.putMember(
        { namespace, group: 'Billing' },
        memberEntry('m', { topic: 'eu/pay' }),
        null,
      );
      await store.putCheckpoint(
        { namespace, group: 'audit' },
        { topic: 'orders', ...position },
        null,
      );
      const found = (await store.groups?.(namespace)) ?? [];
      expect(found.map(({ group, topic }) => `${group} ${topic}`).sort()).toEqual([
        'audit orders',
        'billing eu/pay',
        'billing orders',
      ]);
    });

    it('keeps text that is no ASCII beside a position', async () => {
      const store = await open();
      const group = newGroup();
      const checkpoint = { topic: 'orders', partition: 0, offset: 0, token: null, generation: 1 };
      const metadata = 'Grüße, 世界\n';
      await store.putCheckpoint(group, { ...checkpoint, metadata }, null);
      const { checkpoints } = await store.load(group, ['orders']);
      expect(checkpoints).toMatchObject([{ ...checkpoint, metadata }]);
    });
  });
}
