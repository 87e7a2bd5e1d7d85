import { registerHooks } from 'node:module';
import { expect, it } from 'vitest';
import { blobCheckpoints, eventHubs } from '../../../../src/backends/eventhubs/index.ts';
import { partita, silentLogger, stopPartition } from '../../../../src/index.ts';

/** As where the package is not installed. */
async function without<T>(name: string, body: () => T): Promise<Awaited<T>> {
  const hooks = registerHooks({
    resolve(id, context, next) {
      if (id === name) throw new Error(`Cannot find module '${id}'`);
      return next(id, context);
    },
  });
  try {
    return await body();
  } finally {
    hooks.deregister();
  }
}

it('a start without the client library says how to install it', async () => {
  const connectionString = 'Endpoint=sb://x.example;SharedAccessKeyName=n;SharedAccessKey=a2V5';
  const app = partita({ backend: eventHubs({ connectionString }), logger: silentLogger });
  app.consume('orders', { group: 'billing', onError: stopPartition(), handle: () => {} });
  await expect(without('@azure/event-hubs', () => app.start())).rejects.toMatchObject({
    code: 'MISSING_PEER',
    message: expect.stringContaining('npm install @azure/event-hubs'),
  });
});

it('checkpoints in blobs without their client library say how to install it', async () => {
  const connectionString = 'AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a';
  const open = () => blobCheckpoints({ connectionString, container: 'checkpoints' });
  const opened = without('@azure/storage-blob', open);
  await expect(opened).rejects.toMatchObject({
    code: 'MISSING_PEER',
    message: expect.stringContaining('npm install @azure/storage-blob'),
  });
});
