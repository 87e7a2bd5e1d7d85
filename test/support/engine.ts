import {
  type App,
  type AppEvent,
  type AppOptions,
  type BatchContext,
  type Consumer,
  type ConsumerOptions,
  type ConsumerRecord,
  createApp,
  type Logger,
  type RecordContext,
  stopPartition,
} from '../../src/core/index.ts';
import { seededRandom, VirtualClock } from '../../src/testing/index.ts';
import { ScriptedBackend } from './scripted-backend.ts';

/** An assignor nobody runs: the scripted backend assigns as the test says. */
const assignor = { name: 'scripted', rebalance: 'eager' as const, assign: () => new Map() };

/** One consumer of `orders` on a scripted backend and a virtual clock. */
export interface Engine {
  readonly app: App;
  readonly consumer: Consumer;
  readonly backend: ScriptedBackend;
  readonly clock: VirtualClock;
  readonly events: AppEvent[];
  /** Log lines, `level message`. */
  readonly lines: string[];
  /** As SIGTERM does. */
  terminate(): void;
  /** Events of one kind. */
  heard<Kind extends AppEvent['kind']>(kind: Kind): Extract<AppEvent, { kind: Kind }>[];
}

export interface EngineSetup {
  readonly backend?: ScriptedBackend;
  readonly clock?: VirtualClock;
  readonly partitions?: readonly number[];
  readonly seed?: number;
  readonly app?: Partial<AppOptions>;
}

export type EngineOptions = Readonly<Record<string, unknown>>;

/** Not started yet, nothing assigned. */
export function declareEngine(options: EngineOptions, setup: EngineSetup = {}): Engine {
  const { backend = new ScriptedBackend(), clock = new VirtualClock(), seed = 1 } = setup;
  const events: AppEvent[] = [];
  const lines: string[] = [];
  let terminate = () => {};
  const line = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const logger: Logger = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  };
  const app = createApp(
    { backend, logger, ...setup.app },
    {
      clock,
      logger,
      random: seededRandom(seed),
      assignorByName: () => assignor,
      onTerminate: (call) => {
        terminate = call;
        return () => {
          terminate = () => {};
        };
      },
    },
  );
  const all = { group: 'billing', onError: stopPartition(), ...options };
  app.consume('orders', all as unknown as ConsumerOptions as never);
  app.on((event) => events.push(event));
  return {
    app,
    get consumer() {
      return app.consumers[0] as Consumer;
    },
    backend,
    clock,
    events,
    lines,
    terminate: () => terminate(),
    heard: (kind) => events.filter((event) => event.kind === kind) as never,
  };
}

/** Started and joined, with partition 0 unless told otherwise. */
export async function startEngine(
  options: EngineOptions,
  setup: EngineSetup = {},
): Promise<Engine> {
  const engine = declareEngine(options, setup);
  const started = engine.app.start();
  engine.backend.assign(setup.partitions ?? [0]);
  await started;
  await engine.clock.settle();
  return engine;
}

/** A call of a handler that ends when the test says so. */
interface Call {
  readonly record: ConsumerRecord;
  readonly context: RecordContext;
  finish(): void;
  fail(error: unknown): void;
}

/** A record handler under the test's control. */
export class ManualHandler {
  /** Offsets in the order in which their handlers started, repetitions included. */
  readonly started: number[] = [];
  /** Offsets whose handler has returned well. */
  readonly done: number[] = [];
  readonly running: Call[] = [];
  most = 0;

  readonly handle = async (_: unknown, context: RecordContext): Promise<void> => {
    const { record } = context;
    this.started.push(record.offset);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const call = { record, context, finish: resolve, fail: reject };
    this.running.push(call);
    this.most = Math.max(this.most, this.running.length);
    try {
      await promise;
      this.done.push(record.offset);
    } finally {
      this.running.splice(this.running.indexOf(call), 1);
    }
  };

  call(offset: number, partition = 0): Call {
    const call = this.running.find(
      ({ record }) => record.offset === offset && record.partition === partition,
    );
    if (call === undefined) throw new Error(`no handler runs for offset ${offset}`);
    return call;
  }

  finish(...offsets: readonly number[]): void {
    for (const offset of offsets) this.call(offset).finish();
  }

  fail(offset: number, error: unknown = new Error('boom')): void {
    this.call(offset).fail(error);
  }
}

/** A call of a batch handler that ends when the test says so. */
interface BatchCall {
  readonly offsets: readonly number[];
  readonly values: readonly unknown[];
  readonly context: BatchContext;
  finish(): void;
  fail(error: unknown): void;
}

/** A batch handler under the test's control. */
export class ManualBatchHandler {
  /** The offsets of each call, in the order of the calls. */
  readonly batches: number[][] = [];
  readonly running: BatchCall[] = [];

  readonly handleBatch = async (
    values: readonly unknown[],
    context: BatchContext,
  ): Promise<void> => {
    const offsets = context.records.map(({ offset }) => offset);
    this.batches.push(offsets);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const call = { offsets, values, context, finish: resolve, fail: reject };
    this.running.push(call);
    try {
      await promise;
    } finally {
      this.running.splice(this.running.indexOf(call), 1);
    }
  };

  get call(): BatchCall {
    const [call] = this.running;
    if (call === undefined) throw new Error('no batch handler runs');
    return call;
  }
}
