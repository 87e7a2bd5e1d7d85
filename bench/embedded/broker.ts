import { createInterface } from 'node:readline';

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const built = new URL('../../dist/emulator/kafka/index.js', import.meta.url).href;
const { kafkaBroker } = (await import(built)) as typeof import('../../src/emulator/kafka/index.ts');
const loadedAt = performance.now();
const broker = await kafkaBroker({ maxPartitionBytes: 2 ** 30, maxBytes: 2 ** 32 });
const now = performance.now();
const { user, system } = process.cpuUsage(cpuBefore);
const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({
  pid: process.pid,
  bootstrap: broker.bootstrap,
  loadMs: loadedAt - startedAt,
  startMs: now - loadedAt,
  cpuMs: (user + system) / 1000,
});

// Each line asks for the bytes that are stored; the end ends.
const lines = createInterface(process.stdin);
lines.on('line', () => {
  const partitions = broker.state.topics.flatMap((topic) => topic.partitions);
  say({ storedBytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0) });
});
lines.on('close', () => void broker.close());
