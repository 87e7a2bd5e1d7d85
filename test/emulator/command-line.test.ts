import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulatorProcess } from '../support/emulator-process.ts';
import { until } from '../support/until.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'partita-emulator-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function configFile(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const official = (entities: unknown) => ({
  UserConfig: {
    NamespaceConfig: [{ Type: 'EventHub', Name: 'emulatorNs1', Entities: entities }],
    LoggingConfig: { Type: 'File' },
  },
});

/** What the command says when it does not start. */
const failure = async (...args: string[]): Promise<string> => {
  const started = startEmulatorProcess(args).then((emulator) => emulator.stop());
  return started.then(
    () => 'it started',
    (error: Error) => error.message,
  );
};

describe('partita emulator', () => {
  it('serves the hubs of its options and of a configuration file, and stops at SIGTERM', async () => {
    const config = await configFile(
      'good.json',
      official([{ Name: 'eh1', PartitionCount: '2', ConsumerGroups: [{ Name: 'cg1' }] }]),
    );
    const emulator = await startEmulatorProcess([
      ...['--port', '0', '--hub', 'orders:4:group1,group2', '--config', config],
    ]);
    const connectionString = emulator.variables.EVENTHUBS_CONNECTION_STRING ?? '';
    const counts: number[] = [];
    for (const hub of ['orders', 'eh1']) {
      const client = new EventHubProducerClient(connectionString, hub);
      counts.push((await client.getPartitionIds()).length);
      await client.close();
    }
    expect(counts).toEqual([4, 2]);
    expect(Object.keys(emulator.variables)).toEqual(['EVENTHUBS_CONNECTION_STRING']);
    expect(await emulator.stop()).toEqual({ code: 0, errors: '' });
  });

  it('starts storage beside it, on which official processors keep their checkpoints', async () => {
    await using emulator = await startEmulatorProcess([
      ...['--port', '0', '--hub', 'orders:2', '--with-storage', '--control-port', '0'],
    ]);
    const { EVENTHUBS_CONNECTION_STRING = '', STORAGE_CONNECTION_STRING = '' } = emulator.variables;
    const container = new ContainerClient(STORAGE_CONNECTION_STRING, 'checkpoints');
    expect(await container.exists()).toBe(true);
    const producer = new EventHubProducerClient(EVENTHUBS_CONNECTION_STRING, 'orders');
    const sendTwo = async () => {
      for (const partitionId of ['0', '1'])
        await producer.sendBatch([{ body: 1 }], { partitionId });
    };
    const processTwo = async (): Promise<string[]> => {
      const store = new BlobCheckpointStore(container);
      const consumer = new EventHubConsumerClient(
        ...(['$Default', EVENTHUBS_CONNECTION_STRING, 'orders', store] as const),
        { loadBalancingOptions: { strategy: 'greedy', updateIntervalInMs: 500 } },
      );
      const seen: string[] = [];
      await new Promise<void>((resolve, reject) => {
        consumer.subscribe(
          {
            async processEvents(events, context) {
              for (const event of events) {
                seen.push(`${context.partitionId}@${event.sequenceNumber}`);
                await context.updateCheckpoint(event);
              }
              if (seen.length === 2) resolve();
            },
            async processError(error) {
              reject(error);
            },
          },
          { startPosition: { sequenceNumber: 0, isInclusive: true } },
        );
      });
      await consumer.close();
      return seen.sort();
    };
    await sendTwo();
    expect(await processTwo()).toEqual(['0@0', '1@0']);
    await sendTwo();
    expect(await processTwo()).toEqual(['0@1', '1@1']);
    await producer.close();
    expect(await emulator.stop()).toMatchObject({ code: 0 });
    await expect(container.exists({ abortSignal: AbortSignal.timeout(2000) })).rejects.toThrow();
  });

  it('takes its storage along, also when it is killed', async () => {
    await using emulator = await startEmulatorProcess([
      ...['--port', '0', '--hub', 'orders', '--with-storage'],
    ]);
    const container = new ContainerClient(
      emulator.variables.STORAGE_CONNECTION_STRING ?? '',
      'checkpoints',
      { retryOptions: { maxTries: 1 } },
    );
    expect(await container.exists()).toBe(true);
    process.kill(emulator.pid, 'SIGKILL');
    await until('storage is gone', () =>
      container.exists({ abortSignal: AbortSignal.timeout(1_000) }).then(
        () => false,
        () => true,
      ),
    );
  });

  it('says that a port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const said = await failure('--port', port, '--hub', 'orders');
    server.close();
    expect(said).toContain(`The address 127.0.0.1:${port} is in use. Choose another port`);
  });

  it('says everything that is wrong with a configuration file', async () => {
    const config = await configFile(
      'bad.json',
      official([
        { Name: '-', PartitionCount: 0 },
        { Name: 'a', PartitionCount: 2, ConsumerGroups: [{ Name: '$default' }] },
      ]),
    );
    const said = await failure('--port', '0', '--config', config);
    expect(said).toContain("'-' is no hub name");
    expect(said).toContain("the hub '-' has 0 partitions");
    expect(said).toContain("the hub 'a' lists $Default");
    expect(await failure('--config', join(folder, 'none.json'))).toContain(
      'cannot be read (ENOENT)',
    );
    expect(await failure('--config', await configFile('text.json', '{'))).toContain('is no JSON');
    expect(await failure('--config', await configFile('empty.json', {}))).toContain(
      'UserConfig.NamespaceConfig must be a list of one namespace',
    );
  });

  it('says what is wrong with its options', async () => {
    expect(await failure('--port', 'many', '--hub', 'orders')).toContain(
      "option '--port <number>' argument 'many' is invalid. Give a whole number.",
    );
    expect(await failure()).toContain('give at least one --hub, or a --config');
    expect(await failure('--prot', '1')).toContain("unknown option '--prot'");
  });
});
