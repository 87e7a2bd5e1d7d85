import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { PartitaError } from '../../core/index.ts';
import { listen } from '../listen.ts';

/** Account and key that Azurite is built with; public, in its documentation. */
const ACCOUNT = 'devstoreaccount1';
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Loaded into Azurite's process: ends it with its parent, also with one that was killed, because then our end of its standard
 * input is closed. That input by itself keeps it from nothing.
 */
const endWithParent =
  'data:text/javascript,process.stdin.resume().on("close",()=>process.exit()).unref()';

export interface StorageOptions {
  /** TCP port; 0 for any free one. @default 0 */
  readonly port?: number;
}

/** Blob storage for checkpoints. */
export interface Storage extends AsyncDisposable {
  readonly port: number;
  /** For the storage SDKs. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/**
 * Starts Azurite, the official storage emulator, as a process that keeps blobs in memory.
 *
 * @throws PartitaError `MISSING_PEER` when the package azurite is not installed, `UNAVAILABLE` when it does not start.
 */
export async function startStorage({ port = 0 }: StorageOptions = {}): Promise<Storage> {
  const program = findAzurite();
  const chosen = await freePort(port);
  const azurite = spawn(
    execPath,
    [
      `--import=${endWithParent}`,
      program,
      '--inMemoryPersistence',
      '--disableTelemetry',
      // Newer clients ask for versions it does not know, and Python for a header it does not serve.
      '--skipApiVersionCheck',
      '--loose',
      '--blobHost=127.0.0.1',
      `--blobPort=${chosen}`,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  await listening(azurite);
  const close = async (): Promise<void> => {
    if (azurite.exitCode !== null || azurite.signalCode !== null) return;
    const ended = once(azurite, 'exit');
    azurite.kill();
    await ended;
  };
  return {
    port: chosen,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=http://127.0.0.1:${chosen}/${ACCOUNT};`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function findAzurite(): string {
  try {
    const require = createRequire(import.meta.url);
    return require.resolve('azurite/dist/src/blob/main.js');
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      'Storage needs the package azurite, which is not installed: npm install --save-dev azurite',
      { cause },
    );
  }
}

/** Azurite takes no port 0 and tells nobody which one it chose: so we choose. */
async function freePort(port: number): Promise<number> {
  const server = createServer();
  const chosen = await listen(server, port, '127.0.0.1');
  server.close();
  await once(server, 'close');
  return chosen;
}

/** Resolves when Azurite says that it listens. */
function listening(azurite: ChildProcess): Promise<void> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    const failed = (reason: string): void =>
      reject(
        new PartitaError('UNAVAILABLE', `Azurite did not start: ${reason}. ${said.join(' ')}`),
      );
    azurite.once('error', ({ message }) => failed(message));
    azurite.once('exit', (code) => failed(`it ended with ${code}`));
    for (const output of [azurite.stdout, azurite.stderr]) {
      if (output === null) continue;
      createInterface(output).on('line', (line) => {
        if (said.length < 20) said.push(line);
        if (line.includes('successfully listen')) resolve();
      });
    }
  });
}
