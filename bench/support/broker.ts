import { startKafka } from '../../test/support/kafka.ts';

export interface BenchBroker extends AsyncDisposable {
  readonly bootstrap: readonly string[];
}

/** The broker named by PARTITA_TEST_KAFKA, or a new one on this machine. */
export async function benchBroker(): Promise<BenchBroker> {
  const named = process.env.PARTITA_TEST_KAFKA;
  if (named !== undefined)
    return { bootstrap: named.split(','), [Symbol.asyncDispose]: () => Promise.resolve() };
  process.stderr.write('starting a Kafka broker\n');
  return startKafka();
}
