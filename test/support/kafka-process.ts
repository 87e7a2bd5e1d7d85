import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atExit } from './at-exit.ts';
import { freePorts } from './free-ports.ts';
import type { KafkaPlan, KafkaRuntime } from './kafka-runtime.ts';
import { clusterSettings } from './kafka-settings.ts';

const script = new URL('../../scripts/containers/kafka-local', import.meta.url).pathname;

/** Runs the brokers as Java processes. Rejects where Java, or Maven for the first fetch, is missing. */
export async function startAsProcesses(plan: KafkaPlan): Promise<KafkaRuntime> {
  const ports = await freePorts(plan.brokers * 3);
  const address = (port: number | undefined) => {
    const both = `127.0.0.1:${port}`;
    return { bind: both, advertised: both };
  };
  const listeners = Array.from({ length: plan.brokers }, (_, i) => ({
    outside: address(ports[i * 3]),
    inside: address(ports[i * 3 + 1]),
    controller: address(ports[i * 3 + 2]),
  }));
  const data = mkdtempSync(join(tmpdir(), 'partita-kafka-'));
  const folders = clusterSettings(listeners, plan.settings).map((settings, i) => {
    const folder = join(data, `broker-${i + 1}`);
    const lines = Object.entries({ ...settings, 'log.dirs': join(folder, 'log') });
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'server.properties'),
      lines.map((line) => `${line.join('=')}\n`).join(''),
    );
    return folder;
  });
  const env = { ...process.env, KAFKA_VERSION: plan.version };
  const run = async (action: string, which: readonly string[]): Promise<void> => {
    await promisify(execFile)(script, [action, ...which], { env });
  };
  const forget = atExit(() => {
    execFileSync(script, ['kill', ...folders]);
    rmSync(data, { recursive: true });
  });
  const close = async (): Promise<void> => {
    await run('kill', folders);
    rmSync(data, { recursive: true, force: true });
    forget();
  };
  try {
    await run('start', folders);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    origin: 'process',
    bootstrap: listeners.map((each) => each.outside.advertised),
    start: (i) => run('start', folders.slice(i, i + 1)),
    stop: (i) => run('stop', folders.slice(i, i + 1)),
    kill: (i) => run('kill', folders.slice(i, i + 1)),
    close,
  };
}
