import { KafkaProducer } from '../../../../../src/backends/kafka/produce/producer.ts';
import {
  type PartitaError,
  type Partitioner,
  ProduceError,
  type ProducerOptions,
  type RecordMetadata,
  silentLogger,
} from '../../../../../src/core/index.ts';
import { keyed } from '../../../../../src/partitioners/index.ts';
import { seededRandom, VirtualClock } from '../../../../../src/testing/index.ts';
import { ScriptedCluster } from './scripted-cluster.ts';

const defaults: ProducerOptions = {
  acks: 'all',
  lingerMs: 0,
  batchBytes: 16_384,
  compression: 'none',
  idempotent: false,
  deliveryTimeoutMs: 30_000,
};

export interface World {
  readonly clock: VirtualClock;
  readonly cluster: ScriptedCluster;
  readonly producer: KafkaProducer;
  /** Moves the clock until the promise is settled; gives the error of a rejected one. */
  settled<T>(promise: Promise<T>): Promise<T>;
  failed(promise: Promise<unknown>): Promise<PartitaError>;
}

/** A producer and the brokers it writes to, on a clock that stands still. */
export function world(
  topics: Record<string, number[]>,
  options: Partial<ProducerOptions> = {},
  seed = 1,
  partitioner: Partitioner = keyed(),
): World {
  const clock = new VirtualClock();
  const cluster = new ScriptedCluster(clock, [1, 2, 3]);
  for (const [topic, leaders] of Object.entries(topics)) cluster.topics.set(topic, leaders);
  const random = seededRandom(seed);
  const env = { clock, random, log: silentLogger, clientId: 'test' };
  const producer = new KafkaProducer(
    {
      wire: cluster,
      env,
      chooser: partitioner.create(random),
      requestTimeoutMs: 5_000,
      metadataMaxAgeMs: 300_000,
      maxRequestBytes: 1_000_000,
    },
    { ...defaults, ...options },
  );
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    await clock.until(() => done, { what: 'the promise is settled' });
    return promise;
  };
  const failed = async (promise: Promise<unknown>): Promise<PartitaError> => {
    try {
      await settled(promise);
    } catch (error) {
      return error as PartitaError;
    }
    throw new Error('expected a rejection');
  };
  return { clock, cluster, producer, settled, failed };
}

export function values(from: number, count: number, partition?: number) {
  return Array.from({ length: count }, (_, i) => ({
    value: `v${from + i}`,
    ...(partition !== undefined && { partition }),
  }));
}

export function resultsOf(error: PartitaError): readonly (RecordMetadata | PartitaError)[] {
  if (error instanceof ProduceError) return error.results;
  throw error;
}
