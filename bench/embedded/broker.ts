const startedAt = performance.now();
const built = new URL('../../dist/emulator/kafka/index.js', import.meta.url).href;
const { kafkaBroker } = (await import(built)) as typeof import('../../src/emulator/kafka/index.ts');
const loadedAt = performance.now();
const broker = await kafkaBroker({ maxPartitionBytes: 2 ** 30 });
const now = performance.now();
process.stdout.write(
  `${JSON.stringify({ bootstrap: broker.bootstrap, loadMs: loadedAt - startedAt, startMs: now - loadedAt })}\n`,
);
process.stdin.resume().on('end', () => void broker.close());
