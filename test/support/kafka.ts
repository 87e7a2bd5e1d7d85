/**
 * A real Kafka for tests.
 *
 *   npm run broker                        starts one, prints its address, runs until Ctrl-C
 *   npm run broker -- --brokers 3         a cluster of three
 *   npm run broker -- --version 3.9.1     another version
 *   PARTITA_TEST_KAFKA=127.0.0.1:9092 npx vitest run --project integration      tests use that broker
 *
 * Without PARTITA_TEST_KAFKA a run of the projects `integration` or `conformance-kafka` starts one single-node broker for
 * all of its tests: see `sharedKafka` in `shared-kafka.ts`. A test that stops or kills brokers starts its own cluster here.
 *
 * The brokers run in containers, by testcontainers; where there is no engine or no image, as Java processes (Java 17 or
 * later, and Maven to fetch the jars once). On a bare Debian machine root gets an engine and the image by
 *   eval "$(scripts/containers/container-engine)" && scripts/containers/kafka-image
 * `PARTITA_KAFKA_ORIGIN=process` or `=container` insists on one of the two, `PARTITA_KAFKA_VERSION` changes the version.
 *
 * Topics are not created automatically. Three brokers: replication 3, min.insync.replicas 2. A group session may be as
 * short as 1 s.
 */
import { startInContainers } from './kafka-container.ts';
import { startAsProcesses } from './kafka-process.ts';
import type { KafkaPlan, KafkaRuntime } from './kafka-runtime.ts';
import type { KafkaSettings } from './kafka-settings.ts';

export interface KafkaOptions {
  /** @default 1 */
  readonly brokers?: 1 | 3;
  /** @default PARTITA_KAFKA_VERSION, or '4.3.1' */
  readonly version?: string;
  /** Further broker settings by their names in `server.properties`. */
  readonly settings?: KafkaSettings;
}

/** Brokers are counted from 0; broker `i` has the node id `i + 1`. Addresses and data survive stop, kill and start. */
export interface KafkaCluster extends AsyncDisposable {
  /** One `host:port` per broker. */
  readonly bootstrap: string[];
  readonly origin: 'container' | 'process';
  readonly version: string;
  /** Ends a broker in order, so that it hands over its leaderships; `graceful: false` is `killBroker`. */
  stopBroker(broker: number, options?: { readonly graceful?: boolean }): Promise<void>;
  /** kill -9. */
  killBroker(broker: number): Promise<void>;
  /** Starts a broker that was stopped or killed, and waits until it is up. */
  startBroker(broker: number): Promise<void>;
  /** Ends and removes everything. May be called twice. */
  close(): Promise<void>;
}

const ways = { container: startInContainers, process: startAsProcesses };

async function startAnyhow(plan: KafkaPlan): Promise<KafkaRuntime> {
  const reasons: unknown[] = [];
  for (const [origin, start] of Object.entries(ways)) {
    if ((process.env.PARTITA_KAFKA_ORIGIN ?? origin) !== origin) continue;
    try {
      return await start(plan);
    } catch (error) {
      reasons.push(`${origin}: ${error instanceof Error ? error.message.trim() : String(error)}`);
    }
  }
  throw new Error(`Kafka ${plan.version} cannot be started.\n${reasons.join('\n')}`);
}

/**
 * Starts a Kafka cluster and waits until its brokers are up. It ends with `close`, or with this process.
 *
 * @throws Error telling for each way of running it why it did not work.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const { brokers = 1, settings = {} } = options;
  const version = options.version ?? process.env.PARTITA_KAFKA_VERSION ?? '4.3.1';
  const runtime = await startAnyhow({ brokers, version, settings });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= runtime.close();
    return closing;
  };
  return {
    bootstrap: [...runtime.bootstrap],
    origin: runtime.origin,
    version,
    stopBroker: (i, { graceful = true } = {}) => (graceful ? runtime.stop(i) : runtime.kill(i)),
    killBroker: (i) => runtime.kill(i),
    startBroker: (i) => runtime.start(i),
    close,
    [Symbol.asyncDispose]: close,
  };
}
