import type { TestProject } from 'vitest/node';
import { type KafkaCluster, startKafka } from './kafka.ts';
import type { SharedKafka } from './shared-kafka.ts';

interface Running {
  readonly shared: SharedKafka;
  readonly cluster?: KafkaCluster;
}

interface Holder {
  running?: Promise<Running>;
  users: number;
}

/** Each project loads this file anew, and all of them are to share one broker. */
function holderOfThisRun(): Holder {
  const shelf = globalThis as { [key: symbol]: Holder | undefined };
  const key = Symbol.for('partita.test.kafka');
  shelf[key] ??= { users: 0 };
  return shelf[key];
}

async function start(): Promise<Running> {
  const given = process.env.PARTITA_TEST_KAFKA;
  if (given) return { shared: { bootstrap: given.split(',') } };
  try {
    const cluster = await startKafka();
    const { version, origin, bootstrap } = cluster;
    console.log(`Kafka ${version} for the tests (${origin}): ${bootstrap.join(',')}`);
    return { shared: { bootstrap }, cluster };
  } catch (error) {
    if (process.env.PARTITA_REQUIRE_KAFKA === '1') throw error;
    const missing = error instanceof Error ? error.message : String(error);
    console.warn(`Tests that need Kafka are skipped. ${missing}`);
    return { shared: { missing } };
  }
}

/** Vitest calls this once per project with tests to run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const holder = holderOfThisRun();
  holder.users += 1;
  holder.running ??= start();
  const { shared, cluster } = await holder.running;
  project.provide('kafka', shared);
  return async () => {
    holder.users -= 1;
    if (holder.users === 0) await cluster?.close();
  };
}
