import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Kept between runs: an SDK is fetched once. */
const cache = join(
  process.env.PARTITA_TEST_CACHE ?? process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'partita-testing',
);
const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs the program of one language against a hub; resolves with the lines it printed. */
export type ForeignSdk = (connectionString: string, hub: string) => Promise<string[]>;

export const pythonVersion = '5.15.1';
export const javaVersion = '5.21.3';

/** @throws Error when there is no Python, or its SDK cannot be fetched. */
export function pythonSdk(): ForeignSdk {
  const folder = join(cache, `azure-eventhub-${pythonVersion}`);
  const done = join(folder, 'done');
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    quietly('python3', '-m', 'venv', folder);
    quietly(join(folder, 'bin/pip'), 'install', '--quiet', `azure-eventhub==${pythonVersion}`);
    writeFileSync(done, '');
  }
  return lines(join(folder, 'bin/python'), program('event_hubs.py'));
}

/** @throws Error when there is no Java or Maven, or the SDK cannot be fetched. */
export function javaSdk(): ForeignSdk {
  quietly('java', '-version');
  const folder = join(cache, `azure-messaging-eventhubs-${javaVersion}`);
  const [jars, done] = [join(folder, 'jars'), join(folder, 'done')];
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true });
    const pom = join(folder, 'pom.xml');
    writeFileSync(pom, projectFile);
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
    quietly('mvn', '--quiet', '--batch-mode', '--file', pom, ...copy);
    writeFileSync(done, '');
  }
  return lines('java', '-cp', join(jars, '*'), program('EventHubs.java'));
}

const projectFile = `<project><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>event-hubs</artifactId><version>1</version><dependencies><dependency>
<groupId>com.azure</groupId><artifactId>azure-messaging-eventhubs</artifactId><version>${javaVersion}</version>
</dependency></dependencies></project>
`;

function quietly(file: string, ...args: string[]): void {
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 240_000 });
}

function lines(file: string, ...args: string[]): ForeignSdk {
  return async (connectionString, hub) => {
    const { stdout } = await run(file, [...args, connectionString, hub], { timeout: 60_000 });
    return stdout.trim().split('\n');
  };
}
