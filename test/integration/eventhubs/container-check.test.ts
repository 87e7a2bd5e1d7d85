import {
  BlobServiceClient,
  ContainerClient,
  ContainerSASPermissions,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobCheckpointStore } from '../../../src/backends/eventhubs/store/blob-checkpoint-store.ts';
import { type Storage, startStorage } from '../../../src/emulator/index.ts';
import { newGroup } from '../../support/checkpoint-store-cases.ts';
import { type ChangeAnswer, StorageProxy } from '../../support/storage-proxy.ts';

let storage: Storage;
let container: ContainerClient;
let proxy: StorageProxy;
let proxied: string;
beforeAll(async () => {
  storage = await startStorage();
  container = new ContainerClient(storage.connectionString, 'checkpoints');
  await container.create();
  proxy = new StorageProxy(storage);
  proxied = await proxy.listen();
});
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await storage?.close();
});

/** The container behind a network that changes answers. */
function changed(change: ChangeAnswer): ContainerClient {
  proxy.change = change;
  return new ContainerClient(proxied, 'checkpoints', { retryOptions: { maxTries: 1 } });
}
const problem = (at: ContainerClient, keptVersions?: 'allow') =>
  new BlobCheckpointStore({ container: at, ...(keptVersions && { keptVersions }) })
    .check(newGroup())
    .then(
      () => null,
      (error: unknown) => error,
    );

describe('the start on blob storage', () => {
  it('leaves nothing behind when all is well', async () => {
    expect(await problem(container)).toBeNull();
    for await (const blob of container.listBlobsFlat()) throw new Error(`left: ${blob.name}`);
  });

  it('names a container that does not exist', async () => {
    const missing = new ContainerClient(storage.connectionString, 'missing');
    expect(await problem(missing)).toMatchObject({
      code: 'INVALID_CONFIG',
      retriable: false,
      message: expect.stringMatching(/container missing.*does not exist/),
    });
  });

  it('names credentials that are wrong, without telling them', async () => {
    const key = Buffer.from('wrong').toString('base64');
    const wrong = new ContainerClient(
      container.url,
      new StorageSharedKeyCredential('devstoreaccount1', key),
    );
    const error = await problem(wrong);
    // Azurite has one answer for a wrong key and a missing permission; the service has two.
    expect(error).toMatchObject({ code: 'AUTHORIZATION_FAILED', retriable: false });
    expect(String(error)).toMatch(/account key, SAS/);
    expect(String(error)).not.toContain(key);
  });

  it.each(['racwl', 'racwd', 'rl'])('names a SAS that allows no more than %s', async (allowed) => {
    const url = await container.generateSasUrl({
      permissions: ContainerSASPermissions.parse(allowed),
      expiresOn: new Date(Date.now() + 60_000),
    });
    const error = await problem(new ContainerClient(url));
    expect(error).toMatchObject({ code: 'AUTHORIZATION_FAILED', retriable: false });
    expect(String(error)).toMatch(/SAS with rcwdl/);
    expect(String(error)).not.toContain('sig=');
  });

  it('takes a SAS that allows enough', async () => {
    const url = await container.generateSasUrl({
      permissions: ContainerSASPermissions.parse('rcwdl'),
      expiresOn: new Date(Date.now() + 60_000),
    });
    expect(await problem(new ContainerClient(url))).toBeNull();
  });

  it('refuses an account that keeps versions, unless it is told to', async () => {
    const versioned = changed(({ method }, answer) => {
      if (method === 'PUT') answer.headers['x-ms-version-id'] = '2026-01-01';
    });
    expect(await problem(versioned)).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/blob versioning switched on.*keptVersions/),
    });
    expect(await problem(versioned, 'allow')).toBeNull();
  });

  it('refuses an account with soft delete', async () => {
    const soft = changed(({ url }, answer) => {
      const asked = new URL(url, 'http://localhost').searchParams;
      if (asked.get('include') !== 'deleted') return;
      const blob = `<Name>${asked.get('prefix')}</Name><Deleted>true</Deleted><Properties/>`;
      answer.body = Buffer.from(
        answer.body.toString().replace(/<Blobs\/>/, `<Blobs><Blob>${blob}</Blob></Blobs>`),
      );
    });
    expect(await problem(soft)).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/soft delete of blobs switched on/),
    });
  });

  it.each([
    [503, 'UNAVAILABLE'],
    [500, 'UNAVAILABLE'],
    [429, 'UNAVAILABLE'],
  ])('takes status %i for trouble that passes', async (status, code) => {
    const down = changed((_, answer) => {
      answer.status = status;
    });
    expect(await problem(down)).toMatchObject({ code, retriable: true });
  });

  it('takes a storage that cannot be reached for trouble that passes', async () => {
    const service = BlobServiceClient.fromConnectionString(
      storage.connectionString.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'),
      { retryOptions: { maxTries: 1 } },
    );
    expect(await problem(service.getContainerClient('checkpoints'))).toMatchObject({
      code: 'CONNECTION_FAILED',
      retriable: true,
    });
  });
});
