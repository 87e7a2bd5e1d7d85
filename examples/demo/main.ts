/**
 * A group of consumers through its life: members join, are replaced one by one, and one is killed, while orders come in.
 * At the end: how many records were lost, repeated, or handled out of order.
 *
 * `npm run demo` runs the same handler file on Kafka and on Event Hubs, side by side, on an emulator of both in this process.
 * `npm run demo -- --backend kafka --brokers localhost:9092` runs it on a real Kafka, `--backend eventhubs` and
 * `--backend memory` on one of the others alone. Exit code 0: every guarantee was kept. 1: one was broken. 2: it could not run.
 */
import { PartitaError } from 'partita';
import { type DemoArguments, parseDemoArguments, usage } from './arguments.ts';
import { Audit } from './audit.ts';
import { finalTables } from './final-table.ts';
import { Meeting } from './meeting.ts';
import { openBrokers } from './open-brokers.ts';
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

async function run({ paceMs, port, ...options }: DemoArguments): Promise<number> {
  const audits = new Map<string, Audit>();
  await using _server = port === undefined ? undefined : await serveStatus(port, audits);
  await using brokers = await openBrokers({ paceMs, port, ...options });
  const view = openView(process.stdout.isTTY === true);
  const meeting = new Meeting(brokers.all.length);
  try {
    await Promise.all(
      brokers.all.map((broker) => {
        const audit = new Audit();
        audits.set(broker.backend.name, audit);
        const pane = view.pane(broker.backend.name, audit);
        return playScenario({ broker, audit, view: pane, paceMs, meeting });
      }),
    );
  } finally {
    view.close();
  }
  const verdicts = new Map([...audits].map(([name, audit]) => [name, audit.verdict()]));
  process.stdout.write(`${finalTables(verdicts, process.stdout.columns)}\n`);
  return [...verdicts.values()].every(({ kept }) => kept) ? 0 : 1;
}
