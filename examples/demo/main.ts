/**
 * A group of consumers through its life: members join, are replaced one by one, and one is killed, while orders come in.
 * At the end: how many records were lost, repeated, or handled out of order.
 *
 * `npm run demo` runs it on the memory backend, `npm run demo -- --backend kafka --brokers localhost:9092` on a real
 * Kafka, `npm run demo -- --backend eventhubs` on native Event Hubs with emulators of its own. Exit code 0: every guarantee was kept. 1: one was broken. 2: it could not run.
 */
import { PartitaError } from 'partita';
import { type DemoArguments, parseDemoArguments, usage } from './arguments.ts';
import { Audit } from './audit.ts';
import { finalTable } from './final-table.ts';
import { openBroker } from './open-broker.ts';
import { openView } from './open-view.ts';
import { playScenario } from './scenario.ts';
import { serveStatus } from './status-server.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  try {
    return await run(parseDemoArguments(words));
  } catch (error) {
    if (!PartitaError.is(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error.code === 'INVALID_CONFIG') process.stderr.write(`${usage}\n`);
    return 2;
  }
}

async function run(options: DemoArguments): Promise<number> {
  const audit = new Audit();
  await using _server =
    options.port === undefined ? undefined : await serveStatus(options.port, audit);
  await using broker = await openBroker(options);
  const { backend } = broker;
  const view = openView(audit, backend.name, process.stdout.isTTY === true);
  try {
    await playScenario({ broker, audit, view, paceMs: options.paceMs });
  } finally {
    view.close();
  }
  const verdict = audit.verdict();
  process.stdout.write(`${finalTable(verdict, backend.name)}\n`);
  return verdict.kept ? 0 : 1;
}
