import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:tls';
import { startEmulator } from 'partita/emulator';
import { expect, it } from 'vitest';

/** rhea as a client: the SDKs choose TLS by the connection string and trust what Node trusts at its start. */
const require = createRequire(import.meta.url);
const rhea = require('rhea');

it('clients that trust the printed certificate connect over TLS', async () => {
  await using emulator = await startEmulator({ hubs: ['orders'], tlsPort: 0 });
  const ca = await readFile(emulator.certificatePath ?? '');
  const port = Number(/:(\d+);/.exec(emulator.tlsConnectionString ?? '')?.[1]);
  const container = rhea.create_container();
  const opened = new Promise<void>((resolve, reject) => {
    container.once('connection_open', () => resolve());
    container.once('disconnected', ({ error }: { error?: Error }) => reject(error));
  });
  const connection = container.connect({
    ...{ transport: 'tls', host: 'localhost', port, ca, reconnect: false, username: 'anonymous' },
  });
  await opened;
  const closed = new Promise((resolve) => container.once('connection_close', resolve));
  connection.close();
  await closed;
});

it('connections with TLS can be cut', async () => {
  await using emulator = await startEmulator({ hubs: ['orders'], tlsPort: 0 });
  const port = Number(/:(\d+);/.exec(emulator.tlsConnectionString ?? '')?.[1]);
  const container = rhea.create_container();
  const opened = new Promise((resolve) => container.once('connection_open', resolve));
  const ca = await readFile(emulator.certificatePath ?? '');
  container.connect({
    ...{ transport: 'tls', host: 'localhost', port, ca, reconnect: false, username: 'anonymous' },
  });
  await opened;
  const cut = new Promise((resolve) => container.once('disconnected', resolve));
  emulator.faults.dropConnections({});
  await cut;
});

it('clients that do not are refused by themselves', async () => {
  await using emulator = await startEmulator({ hubs: ['orders'], tlsPort: 0 });
  const port = Number(/:(\d+);/.exec(emulator.tlsConnectionString ?? '')?.[1]);
  const error = await new Promise((resolve) => {
    connect({ host: 'localhost', port }).once('error', resolve);
  });
  expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});
