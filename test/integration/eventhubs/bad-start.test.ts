import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  blobCheckpoints,
  type EventHubsOptions,
  eventHubs,
} from '../../../src/backends/eventhubs/index.ts';
import {
  type Emulator,
  type Storage,
  startEmulator,
  startStorage,
} from '../../../src/emulator/index.ts';
import { partita, silentLogger, stopPartition } from '../../../src/index.ts';
import { StorageProxy } from '../../support/storage-proxy.ts';
import { until } from '../../support/until.ts';

let emulator: Emulator;
let storage: Storage;
let proxy: StorageProxy;
let proxied: string;
let container: ContainerClient;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['orders:2:billing'], webSocketPort: 0 });
  storage = await startStorage();
  container = new ContainerClient(storage.connectionString, 'checkpoints');
  await container.create();
  proxy = new StorageProxy(storage);
  proxied = await proxy.listen();
});
beforeEach(() => {
  proxy.change = () => {};
});
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await emulator?.close();
  await storage?.close();
});

interface Bad {
  readonly topic?: string;
  readonly group?: string;
  readonly options?: Partial<EventHubsOptions>;
  /** Of the checkpoint store. */
  readonly store?: { readonly connectionString?: string; readonly container?: string };
}

/** An application as a user writes it; everything is right but what is given. */
function declare({ topic = 'orders', group = 'billing', options, store }: Bad) {
  const checkpoints = blobCheckpoints({
    connectionString: storage.connectionString,
    container: 'checkpoints',
    ...store,
  });
  const { connectionString } = emulator;
  const given = options?.namespace === undefined ? { connectionString } : {};
  const backend = eventHubs({ ...given, checkpoints, ...options });
  return partita({ backend, logger: silentLogger, startTimeoutMs: 500 }).consume(topic, {
    group,
    onError: stopPartition(),
    handle: () => {},
  });
}

/** The error of the start; nothing of the application is left, here or in storage. */
async function failure(bad: Bad): Promise<unknown> {
  const error = await declare(bad)
    .start()
    .then(
      () => 'it started',
      (failed: unknown) => failed,
    );
  await until('all connections are closed', () => emulator.state.connections === 0);
  for await (const blob of container.listBlobsFlat()) throw new Error(`left: ${blob.name}`);
  return error;
}

const says = (code: string, ...parts: readonly string[]) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(new RegExp(parts.join('.*'), 's')),
  });

describe('a start that cannot work ends with an error that names the setting, and leaves nothing behind:', () => {
  it('a hub that is not there', async () => {
    expect(await failure({ topic: 'nowhere' })).toEqual(
      says('UNKNOWN_TOPIC', 'nowhere', 'Create the event hub'),
    );
  });

  it('a consumer group that is not there', async () => {
    expect(await failure({ group: 'nobody' })).toEqual(
      says('INVALID_CONFIG', 'orders has no consumer group nobody'),
    );
  });

  it('a connection string of another hub', async () => {
    const connectionString = `${emulator.connectionString}EntityPath=other`;
    expect(await failure({ options: { connectionString } })).toEqual(
      says('INVALID_CONFIG', 'connectionString', 'other \\(EntityPath\\), not of orders'),
    );
  });

  // The client library takes a refusal for trouble that may pass.
  const once = { retryOptions: { maxRetries: 0 } };

  it('a wrong key of the namespace', async () => {
    const connectionString = emulator.connectionString.replace('SAS_KEY_VALUE', 'd3Jvbmc=');
    expect(await failure({ options: { connectionString, ...once } })).toEqual(
      says('AUTHENTICATION_FAILED', 'InvalidSignature', 'connectionString'),
    );
  });

  it('a policy of the namespace that is not there', async () => {
    const connectionString = emulator.connectionString.replace('RootManageSharedAccessKey', 'no');
    expect(await failure({ options: { connectionString, ...once } })).toEqual(
      says('AUTHENTICATION_FAILED', "no key named 'no'", 'connectionString'),
    );
  });

  it('a container that is not there', async () => {
    expect(await failure({ store: { container: 'missing' } })).toEqual(
      says('INVALID_CONFIG', 'container missing', 'does not exist'),
    );
  });

  it('a wrong key of the storage', async () => {
    const connectionString = storage.connectionString.replace(/(AccountKey=)[^;]+/, '$1d3Jvbmc=');
    expect(await failure({ store: { connectionString } })).toEqual(
      says('AUTHORIZATION_FAILED', 'container checkpoints', 'account key, SAS'),
    );
  });

  it('an expired SAS of the storage', async () => {
    const sas = 'sv=2021-08-06&ss=b&srt=sco&sp=rwdlc&se=2021-01-01T00:00:00Z&sig=AAAA';
    const blobs = `http://127.0.0.1:${storage.port}/devstoreaccount1`;
    const connectionString = `BlobEndpoint=${blobs};SharedAccessSignature=${sas}`;
    expect(await failure({ store: { connectionString } })).toEqual(
      says('AUTHORIZATION_FAILED', 'container checkpoints', 'SAS'),
    );
  });

  it('blob versioning', async () => {
    proxy.change = ({ method }, { headers }) => {
      if (method === 'PUT') headers['x-ms-version-id'] = '2026-01-01T00:00:00.0000000Z';
    };
    expect(await failure({ store: { connectionString: proxied } })).toEqual(
      says('INVALID_CONFIG', 'blob versioning', 'keptVersions'),
    );
  });

  it('soft delete', async () => {
    let name = '';
    proxy.change = ({ method, url }, answer) => {
      if (method === 'DELETE') name = decodeURIComponent(url.split('/checkpoints/')[1] ?? '');
      if (!url.includes('include=deleted')) return;
      const kept = `<Blob><Name>${name}</Name><Deleted>true</Deleted><Properties/></Blob>`;
      const text = String(answer.body).replace(
        /<Blobs\s*\/>|<Blobs><\/Blobs>/,
        `<Blobs>${kept}</Blobs>`,
      );
      answer.body = Buffer.from(text);
    };
    expect(await failure({ store: { connectionString: proxied } })).toEqual(
      says('INVALID_CONFIG', 'soft delete of blobs', 'keptVersions'),
    );
  });

  it.each([
    ['ahead of', -60_000],
    ['behind', 60_000],
  ])('a clock that is a minute %s that of the storage', async (words, offMs) => {
    proxy.change = (_, { headers }) => {
      headers.date = new Date(Date.now() + offMs).toUTCString();
    };
    expect(await failure({ store: { connectionString: proxied } })).toEqual(
      says('INVALID_CONFIG', `clock of this machine is .* ms ${words}`, 'maxClockSkewMs'),
    );
  });

  it('a namespace that cannot be reached', async () => {
    const connectionString = emulator.connectionString.replace(`:${emulator.port};`, ':1;');
    expect(await failure({ options: { connectionString } })).toEqual(
      says('CONNECTION_FAILED', 'ECONNREFUSED', 'connectionString or namespace', '5671'),
    );
  });

  it('a host that does not exist', async () => {
    const connectionString = emulator.connectionString.replace('localhost', 'partita.invalid');
    expect(await failure({ options: { connectionString } })).toEqual(
      says('CONNECTION_FAILED', 'partita.invalid', 'connectionString or namespace'),
    );
  });

  it('an emulator without UseDevelopmentEmulator, which is asked for TLS', async () => {
    const connectionString = emulator.connectionString.replace('UseDevelopmentEmulator=true;', '');
    expect(await failure({ options: { connectionString } })).toEqual(
      says('CONNECTION_FAILED', 'UseDevelopmentEmulator=true'),
    );
  });

  it('a storage that cannot be reached', async () => {
    const connectionString = storage.connectionString.replace(`:${storage.port}/`, ':1/');
    expect(await failure({ store: { connectionString } })).toEqual(
      says('CONNECTION_FAILED', 'container checkpoints', 'ECONNREFUSED', 'checkpoint store'),
    );
  });

  it('a credential that gives no token', async () => {
    const credential = { getToken: () => Promise.reject(new Error('nobody is logged in')) };
    const options = {
      namespace: 'contoso.servicebus.windows.net',
      credential,
      ...overWebSockets(),
    };
    expect(await failure({ options })).toEqual(
      says('AUTHENTICATION_FAILED', 'nobody is logged in', 'credential'),
    );
  });
});

/** To a namespace of any name: the emulator stands where its gateway would. */
function overWebSockets() {
  const port = /:(\d+);/.exec(emulator.webSocketConnectionString ?? '')?.[1];
  const ca = readFileSync(emulator.certificatePath ?? '', 'utf8');
  return {
    customEndpointAddress: `https://localhost:${port}/`,
    webSocketOptions: { webSocket: WebSocket, webSocketConstructorOptions: { ca } },
  };
}

it('a namespace with a token credential, behind a gateway: starts, and asks for a token of Event Hubs', async () => {
  const scopes: unknown[] = [];
  // The emulator knows signatures only, and takes them for whatever kind of token.
  const credential = {
    getToken: async (scope: string | string[]) => {
      scopes.push(scope);
      const resource = encodeURIComponent('sb://contoso.servicebus.windows.net/');
      const expiry = Math.floor(Date.now() / 1_000) + 3_600;
      const signed = createHmac('sha256', 'SAS_KEY_VALUE').update(`${resource}\n${expiry}`);
      const signature = encodeURIComponent(signed.digest('base64'));
      return {
        token: `SharedAccessSignature sr=${resource}&sig=${signature}&se=${expiry}&skn=RootManageSharedAccessKey`,
        expiresOnTimestamp: expiry * 1_000,
      };
    },
  };
  const options = { namespace: 'contoso.servicebus.windows.net', credential, ...overWebSockets() };
  const app = declare({ options });
  await app.start();
  expect(app.health().problems).toEqual([]);
  await app.stop();
  expect(new Set(scopes)).toEqual(new Set(['https://eventhubs.azure.net//.default']));
});
