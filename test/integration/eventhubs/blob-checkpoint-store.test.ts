import { BlobCheckpointStore as OfficialStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobCheckpointStore } from '../../../src/backends/eventhubs/store/blob-checkpoint-store.ts';
import { POSITION_TEXT_BYTES } from '../../../src/backends/eventhubs/store/blob-metadata.ts';
import { type Storage, startStorage } from '../../../src/emulator/index.ts';
import {
  checkpointStoreCases,
  memberEntry,
  newGroup,
} from '../../support/checkpoint-store-cases.ts';

let storage: Storage;
let container: ContainerClient;
beforeAll(async () => {
  storage = await startStorage();
  container = new ContainerClient(storage.connectionString, 'checkpoints');
  await container.create();
});
afterAll(() => storage?.close());

checkpointStoreCases('blob checkpoint store', async () => new BlobCheckpointStore({ container }));

describe('beside the official store', () => {
  const place = (group: { namespace: string; group: string }) =>
    [group.namespace, 'Orders', group.group] as const;

  it('writes what the official store reads', async () => {
    const store = new BlobCheckpointStore({ container });
    const group = newGroup();
    const entry = { topic: 'Orders', partition: 1, generation: 3 };
    await store.putMember(group, memberEntry('m'), null);
    await store.putOwnership(group, { ...entry, owner: 'm' }, null);
    await store.putCheckpoint(
      group,
      { ...entry, offset: 101, token: '5000', metadata: 'partita1rAAE' },
      null,
    );
    const official = new OfficialStore(container);
    expect(await official.listOwnership(...place(group))).toMatchObject([
      { partitionId: '1', ownerId: 'm' },
    ]);
    expect(await official.listCheckpoints(...place(group))).toMatchObject([
      { partitionId: '1', offset: '5000', sequenceNumber: 100 },
    ]);
  });

  it('reads what the official store writes, and is replaced by it', async () => {
    const store = new BlobCheckpointStore({ container });
    const official = new OfficialStore(container);
    const group = newGroup();
    const [fullyQualifiedNamespace, eventHubName, consumerGroup] = place(group);
    const at = { fullyQualifiedNamespace, eventHubName, consumerGroup, partitionId: '2' };
    const entry = { topic: 'Orders', partition: 2, generation: 3 };
    await store.putCheckpoint(group, { ...entry, offset: 5, token: '9', metadata: 'x' }, null);
    await official.updateCheckpoint({ ...at, offset: '777', sequenceNumber: 76 });
    const mine = await store.putOwnership(group, { ...entry, owner: 'm' }, null);
    const claimed = await official.claimOwnership([
      { ...at, ownerId: 'theirs', etag: mine?.etag ?? '' },
    ]);
    expect(claimed).toHaveLength(1);
    const loaded = await store.load(group, ['Orders']);
    expect(loaded.checkpoints).toMatchObject([
      { partition: 2, offset: 77, token: '777', metadata: '', generation: null },
    ]);
    expect(loaded.ownerships).toMatchObject([{ owner: 'theirs', generation: null }]);
    expect(await store.putOwnership(group, { ...entry, owner: 'm' }, mine?.etag ?? '')).toBeNull();
  });

  it('has a place before the first event that official readers start from', async () => {
    const store = new BlobCheckpointStore({ container });
    const group = newGroup();
    const entry = { topic: 'Orders', partition: 0, generation: 1, metadata: '' };
    await store.putCheckpoint(group, { ...entry, offset: 0, token: null }, null);
    const official = new OfficialStore(container);
    expect(await official.listCheckpoints(...place(group))).toMatchObject([
      { offset: '-1', sequenceNumber: -1 },
    ]);
  });

  it('has the sequence number where KEDA looks for it', async () => {
    const store = new BlobCheckpointStore({ container });
    const group = newGroup();
    const entry = { topic: 'Orders', partition: 0, generation: 1, metadata: '' };
    await store.putCheckpoint(group, { ...entry, offset: 43, token: '9' }, null);
    const name = `contoso.example.net/orders/${group.group.toLowerCase()}/checkpoint/0`;
    const { metadata } = await container.getBlobClient(name).getProperties();
    expect(metadata?.sequencenumber).toBe('42');
  });
});

describe('text beside a position', () => {
  it.each(['x', 'ü', '\u0001'])('fits in its full length, also of %j', async (char) => {
    const store = new BlobCheckpointStore({ container });
    const group = newGroup();
    const entry = {
      topic: 'Orders',
      partition: 0,
      generation: 1,
      offset: 1,
      token: '9'.repeat(60),
    };
    const metadata = char.repeat(POSITION_TEXT_BYTES / Buffer.byteLength(char));
    await store.putCheckpoint(group, { ...entry, metadata }, null);
    const { checkpoints } = await store.load(group, ['Orders']);
    expect(checkpoints).toMatchObject([{ metadata }]);
  });
});

describe('old checkpoints', () => {
  const lease = (more: object) =>
    JSON.stringify({ PartitionId: '0', Owner: 'x', Token: 'y', Epoch: 386, ...more });
  const put = async (name: string, text: string, at: ContainerClient = container) => {
    await at.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
  };

  it('of Azure Functions are read from their container', async () => {
    const functions = new ContainerClient(storage.connectionString, 'azure-webjobs-eventhub');
    await functions.create();
    const { namespace, group } = newGroup();
    const text = lease({ Offset: '8591964920', SequenceNumber: 960180 });
    await put(`${namespace}/Orders/${group}/0`, text, functions);
    const store = new BlobCheckpointStore({ container, legacy: { container: functions } });
    const read = (partition: number) =>
      store.legacyCheckpoint?.({ namespace, group }, { topic: 'Orders', partition });
    expect(await read(0)).toEqual({ offset: 960181, token: '8591964920' });
    expect(await read(1)).toBeNull();
  });

  it('of Event Processor Host are read below the group, or below a prefix', async () => {
    const { namespace, group } = newGroup();
    await put(`${group}/0`, lease({ Offset: '12', SequenceNumber: 3 }));
    await put(`${group}/1`, lease({ Offset: '', SequenceNumber: 0 }));
    await put(`host-${group}/0`, lease({ Offset: '99', SequenceNumber: 7 }));
    const at = { namespace, group };
    const store = new BlobCheckpointStore({ container, legacy: {} });
    expect(await store.legacyCheckpoint?.(at, { topic: 'o', partition: 0 })).toEqual({
      offset: 4,
      token: '12',
    });
    expect(await store.legacyCheckpoint?.(at, { topic: 'o', partition: 1 })).toBeNull();
    const other = new BlobCheckpointStore({ container, legacy: { prefix: `host-${group}/` } });
    expect(await other.legacyCheckpoint?.(at, { topic: 'o', partition: 0 })).toEqual({
      offset: 8,
      token: '99',
    });
  });
});
