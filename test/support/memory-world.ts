import { cooperativeSticky } from '../../src/assignors/index.ts';
import { type MemoryBroker, type MemoryOptions, memory } from '../../src/backends/memory/index.ts';
import {
  type Backend,
  formatPartition,
  type GroupOptions,
  type GroupSession,
  type PartitionCommit,
  type ProducerOptions,
  type ProducerSession,
  silentLogger,
} from '../../src/core/index.ts';
import { seededRandom, VirtualClock } from '../../src/testing/index.ts';
import { RecordingListener } from './recording-listener.ts';

const groupDefaults: GroupOptions = {
  group: 'billing',
  subscription: { kind: 'topics', topics: ['orders'] },
  assignors: [cooperativeSticky],
  start: 'earliest',
  outOfRange: 'fail',
  sessionTimeoutMs: 45_000,
  heartbeatIntervalMs: 3_000,
  rebalanceTimeoutMs: 60_000,
  isolation: 'committed',
  fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 1_048_576 },
};

const producerDefaults: ProducerOptions = {
  acks: 'all',
  lingerMs: 0,
  batchBytes: 16_384,
  compression: 'none',
  idempotent: true,
  deliveryTimeoutMs: 120_000,
};

/** A process that takes part in a group. */
export interface Process {
  readonly backend: Backend;
  readonly session: GroupSession;
  readonly listener: RecordingListener;
  /** A commit of an owned partition as the engine would send it. */
  commitOf(partition: number, offset: number, metadata?: string): PartitionCommit;
}

/** A memory broker on a virtual clock, and processes that use it at port level. */
export class MemoryWorld {
  readonly clock = new VirtualClock();
  readonly broker: MemoryBroker;

  constructor(options: MemoryOptions = { topics: { orders: 4 } }) {
    this.broker = memory(options);
  }

  open(clientId: string): Backend {
    const { clock } = this;
    return this.broker.open({ clock, random: seededRandom(1), log: silentLogger, clientId });
  }

  join(clientId: string, options: Partial<GroupOptions> = {}): Process {
    const backend = this.open(clientId);
    const listener = new RecordingListener();
    const session = backend.openGroup({ ...groupDefaults, ...options }, listener);
    return {
      backend,
      session,
      listener,
      commitOf(partition, offset, metadata = '') {
        const owned = listener.owned.get(formatPartition({ topic: 'orders', partition }));
        if (owned === undefined) throw new Error(`orders-${partition} is not owned`);
        return { topic: 'orders', partition, epoch: owned.epoch, position: { offset }, metadata };
      },
    };
  }

  producer(options: Partial<ProducerOptions> = {}, clientId = 'writer'): ProducerSession {
    return this.open(clientId).openProducer({ ...producerDefaults, ...options });
  }

  /** Writes these values to one partition of `orders`. */
  async write(partition: number, ...values: string[]): Promise<void> {
    await this.producer().send(
      'orders',
      values.map((value) => ({ value, partition })),
    );
  }

  /** Moves on until all partitions of `orders` are shared out among exactly these. */
  async shared(...processes: Process[]): Promise<void> {
    const count = 4;
    await this.clock.until(
      () => {
        const owned = processes.map(({ listener }) => listener.owned.size);
        const joined = processes.every(
          ({ listener }) => listener.states.at(-1)?.state === 'stable',
        );
        return joined && owned.every((n) => n > 0) && owned.reduce((a, b) => a + b) === count;
      },
      { what: `orders is shared out among ${processes.length} processes` },
    );
  }
}
