import {
  type AppEvent,
  type BatchContext,
  type CommitPolicy,
  type ConsumerRecord,
  deadLetter,
  defineMiddleware,
  type ErrorPolicy,
  type Middleware,
  PartitaError,
  type PartitionContext,
  park,
  type Random,
  type RecordContext,
  retry,
  skip,
  sleep,
  stopPartition,
  type TopicPartition,
  withContent,
} from '../../src/core/index.ts';
import { seededRandom, VirtualClock } from '../../src/testing/index.ts';
import { declareEngine, type Engine, type EngineOptions } from '../support/engine.ts';
import { ScriptedBackend } from '../support/scripted-backend.ts';
import { type Attempt, EngineModel } from './engine-model.ts';

const transparent: readonly Middleware[] = [
  defineMiddleware({
    name: 'waits',
    async handle({ env: { clock, random } }, next) {
      if (random() < 0.1) await sleep(clock, random() * 10);
      await next();
    },
  }),
  defineMiddleware({
    name: 'shows',
    handle: ({ records }, next) => next({ records: records.map((one) => withContent(one, {})) }),
    produce: ({ records }, next) => next({ records }),
    deadLetters: true,
  }),
];

const partitions = [0, 1, 2];
const steps = 60;

/** One call of a handler, for one record or for a batch. */
interface Call {
  readonly attempts: readonly Attempt[];
  leave(): void;
}

/** One history of a consumer, its group and its process, decided by a seed. */
export class EngineRun {
  readonly #random: Random;
  readonly #clock = new VirtualClock();
  readonly #backend = new ScriptedBackend();
  readonly #model: EngineModel;
  readonly #calm: boolean;
  readonly #order: 'partition' | 'key' | 'none';
  readonly #inBatches: boolean;
  readonly #options: EngineOptions;
  readonly #stopsOnError: boolean;
  #storesByTime = false;
  /** Partitions in a seek, a resumption or a hand-over: one thing at a time. */
  readonly #busy = new Set<number>();
  readonly #seeking = new Map<number, number>();
  #engine: Engine;
  #life = 0;
  #failCommits = false;
  #failProduce = false;
  #faultless = false;
  #history: string[] = [];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    // Every third history has no faults: there each record is brought to its end exactly once.
    this.#calm = seed % 3 === 0;
    this.#order = this.#pick(['partition', 'key', 'none']);
    this.#inBatches = this.#order !== 'key' && this.#chance(0.4);
    const limit = this.#pick([1, 2, 5, 20]);
    this.#stopsOnError = this.#chance(0.3);
    this.#model = new EngineModel(limit, () => this.#clock.now());
    // Middleware that only takes its time must change nothing: every fourth history goes through it.
    this.#options = { ...this.#declare(limit), middleware: seed % 4 === 0 ? transparent : [] };
    this.#hookBackend();
    this.#engine = this.#start();
  }

  /** @throws Error when the engine breaks its promise; with what was done until then. */
  async run(): Promise<void> {
    try {
      await this.#live();
    } catch (error) {
      const { message } = error as Error;
      throw new Error([message, ...this.#history].join('\n'), { cause: error });
    }
  }

  async #live(): Promise<void> {
    for (const partition of partitions) this.#append(partition, 5);
    this.#backend.assign([0, 1]);
    for (let step = 0; step < steps; step++) {
      await this.#act();
      await this.#clock.advance(Math.floor(this.#random() * 60));
      this.#check();
    }
    await this.#comeToRest();
    this.#checkEnd();
  }

  #declare(limit: number): EngineOptions {
    const handlers = this.#inBatches
      ? {
          handleBatch: (values: readonly unknown[], context: BatchContext) =>
            this.#handleBatch(values, context),
          batch: {
            maxRecords: this.#pick([1, 3, 10]),
            maxBytes: this.#pick([250, 100_000]),
            maxWaitMs: this.#pick([0, 5, 200]),
          },
        }
      : { handle: (value: unknown, context: RecordContext) => this.#handle(value, context) };
    return {
      ...handlers,
      concurrency: { order: this.#order, limit },
      commit: this.#commitPolicy(),
      buffer: { highRecords: this.#pick([2, 10, 1_000]), highBytes: this.#pick([300, 100_000]) },
      drainTimeoutMs: 500,
      onError: this.#policy(),
      value: (value: Buffer | null) => this.#decode(value),
    };
  }

  #commitPolicy(): CommitPolicy {
    const policies = ['manual', 'perBatch', { everyMs: 50 }, { everyRecords: 7 }] as const;
    const policy = this.#pick<CommitPolicy>(policies);
    this.#storesByTime = typeof policy === 'object' && policy.everyMs !== undefined;
    return policy;
  }

  #policy(): ErrorPolicy {
    const again = retry({ attempts: this.#pick([2, 4]), firstDelayMs: 5, maxDelayMs: 40 });
    if (this.#stopsOnError) return again.otherwise(stopPartition());
    const parks = park('orders.retry', { delayMs: 50, allowOvertaking: true });
    return again.otherwise(
      this.#pick([deadLetter('orders.dead'), parks.otherwise(skip()), skip()]),
    );
  }

  #hookBackend(): void {
    const backend = this.#backend;
    backend.batchRecords = this.#pick([1, 4, 50]);
    backend.commitDelayMs = this.#pick([0, 3, 30]);
    backend.onCommit = (commits) => {
      for (const commit of commits)
        this.#model.committing(commit, backend.offsets(commit.partition));
      if (this.#failCommits) throw new PartitaError('UNAVAILABLE', 'down', { retriable: true });
    };
    backend.onProduce = async () => {
      if (this.#chance(0.5)) await sleep(this.#clock, this.#random() * 50);
      if (this.#failProduce) throw new PartitaError('UNAVAILABLE', 'down', { retriable: true });
    };
    backend.onAssign = (assigned) => this.#model.assigned(assigned);
    backend.onSeek = ({ partition }, offset) => {
      const target = this.#seeking.get(partition);
      if (target === undefined) this.#model.resumed(partition, offset);
      else this.#model.sought(partition, offset, backend.offsets(partition));
    };
  }

  #start(): Engine {
    const life = ++this.#life;
    const options = {
      ...this.#options,
      open: (context: PartitionContext) => this.#open(context, life),
      close: ({ partition }: TopicPartition, reason: string) => {
        // A process that has crashed closes nothing, whatever is still under way in here.
        if (life === this.#life) this.#model.closed(partition, reason);
      },
    };
    const engine = declareEngine(options, { backend: this.#backend, clock: this.#clock });
    if (process.env.PARTITA_SEED !== undefined)
      engine.app.on((event: AppEvent) => this.#note(describeEvent(event)));
    engine.app.on((event: AppEvent) => {
      if (event.kind !== 'skipped' && event.kind !== 'deadLettered' && event.kind !== 'parked')
        return;
      if (engine === this.#engine) this.#model.given(event.record.partition, event.record.offset);
    });
    void engine.app.start().catch(() => undefined);
    return engine;
  }

  async #open({ partition }: PartitionContext, life: number): Promise<void> {
    if (life !== this.#life) return;
    this.#model.opening(partition);
    if (this.#chance(0.5)) await sleep(this.#clock, this.#random() * 30);
    if (life === this.#life) this.#model.opened(partition);
  }

  #decode(value: Buffer | null): unknown {
    const text = String(value);
    if (text === 'bad' && !this.#stopsOnError) throw new Error('bad');
    return this.#chance(0.1) ? sleep(this.#clock, this.#random() * 10).then(() => text) : text;
  }

  #handle(_: unknown, { record, commit, signal }: RecordContext): unknown {
    const call = this.#begin([record], signal);
    const fails = this.#chance(0.1);
    const durationMs = this.#duration();
    if (durationMs > 0) return this.#later(call, durationMs, fails, commit);
    this.#end(call, fails ? new Set([0]) : new Set());
    if (fails) throw new Error('boom');
    return undefined;
  }

  async #handleBatch(_: readonly unknown[], { records, fail, commit, signal }: BatchContext) {
    const call = this.#begin(records, signal);
    const failed = new Set<number>();
    const all = this.#chance(0.1);
    for (const index of records.keys()) if (all || this.#chance(0.05)) failed.add(index);
    const durationMs = this.#duration();
    if (durationMs > 0) await sleep(this.#clock, durationMs);
    if (!all) for (const index of failed) fail(index, new Error('boom'));
    this.#end(call, failed);
    if (!all && this.#chance(0.1)) await commit().catch(() => undefined);
    if (all) throw new Error('boom');
  }

  async #later(
    call: Call,
    durationMs: number,
    fails: boolean,
    commit: () => Promise<void>,
  ): Promise<void> {
    await sleep(this.#clock, durationMs);
    this.#end(call, fails ? new Set([0]) : new Set());
    if (fails) throw new Error('boom');
    if (this.#chance(0.1)) await commit().catch(() => undefined);
  }

  #begin(records: readonly ConsumerRecord[], signal: AbortSignal): Call {
    const leave = this.#model.entered();
    const attempts = records.map(({ partition, offset, key }) =>
      this.#model.started({ partition, offset, lane: this.#lane(key), signal }),
    );
    return { attempts, leave };
  }

  #end({ attempts, leave }: Call, failed: ReadonlySet<number>): void {
    for (const [index, attempt] of attempts.entries()) {
      this.#model.ended(attempt);
      if (!failed.has(index)) this.#model.succeeded(attempt);
    }
    leave();
  }

  #lane(key: Buffer | null): string | undefined {
    if (this.#inBatches) return undefined;
    if (this.#order === 'partition') return 'partition';
    return this.#order === 'key' && key !== null ? `key ${key}` : undefined;
  }

  #duration(): number {
    if (this.#chance(0.3)) return 0;
    if (!this.#calm && !this.#faultless && this.#chance(0.01)) return 2_000;
    return this.#random() * 40;
  }

  async #act(): Promise<void> {
    const partition = this.#pick(partitions);
    const calm = ['append', 'append', 'revoke', 'assign', 'assign', 'pause', 'resume', 'restart'];
    const wild = ['lose', 'seek', 'seek', 'commits', 'produce', 'crash', 'commit'];
    const action = this.#pick(this.#calm ? calm : [...calm, ...wild]);
    this.#note(`${action} ${partition}`);
    const owned = this.#backend.owned().some((one) => one.partition === partition);
    if (action === 'append') this.#append(partition, 1 + Math.floor(this.#random() * 12));
    else if (action === 'commits') this.#failCommits = !this.#failCommits;
    else if (action === 'produce') this.#failProduce = !this.#failProduce;
    else if (action === 'restart' && this.#chance(0.3)) await this.#restart();
    else if (action === 'crash' && this.#chance(0.3)) await this.#crash();
    else if (action === 'pause') this.#pause(partition);
    else if (action === 'commit') void this.#engine.consumer.commit().catch(() => undefined);
    else if (action === 'lose' && owned) this.#backend.lose([partition]);
    else if (this.#busy.has(partition)) return;
    else if (action === 'assign' && !owned) this.#backend.assign([partition]);
    else if (action === 'revoke' && owned)
      this.#alone(partition, () => this.#backend.revoke([partition], this.#pick([600, 5_000])));
    else if (action === 'resume' && owned)
      this.#alone(partition, () => {
        this.#model.resuming(partition);
        return this.#engine.consumer.resume([{ topic: 'orders', partition }]);
      });
    else if (action === 'seek' && owned) this.#seek(partition);
  }

  #pause(partition: number): void {
    this.#engine.consumer.pause([{ topic: 'orders', partition }]);
    const all = this.#engine.consumer.status().partitions;
    if (all.some((one) => one.partition === partition)) this.#model.paused(partition);
  }

  #seek(partition: number): void {
    const offset = Math.floor(this.#random() * (this.#backend.end(partition) + 1));
    this.#seeking.set(partition, offset);
    this.#alone(partition, async () => {
      try {
        await this.#engine.consumer.seek({ topic: 'orders', partition }, { offset });
      } finally {
        this.#seeking.delete(partition);
      }
    });
  }

  #alone(partition: number, work: () => Promise<void>): void {
    this.#busy.add(partition);
    void work()
      .catch((error: unknown) => {
        // What is given up meanwhile cannot be moved any more.
        if (!PartitaError.is(error) || error.code !== 'COMMIT_FENCED') throw error;
      })
      .finally(() => this.#busy.delete(partition));
  }

  async #restart(): Promise<void> {
    await this.#until('restart', (done) => this.#engine.app.stop().then(done));
    this.#replace();
  }

  async #crash(): Promise<void> {
    await this.#engine.app.crash();
    this.#replace();
  }

  #replace(): void {
    this.#model.restarted();
    this.#seeking.clear();
    this.#engine = this.#start();
    this.#backend.assign(partitions.filter(() => this.#chance(0.7)));
  }

  #append(partition: number, count: number): void {
    const records = Array.from({ length: count }, () => ({
      key: this.#chance(0.2) ? null : `k${Math.floor(this.#random() * 4)}`,
      value: this.#chance(0.05) ? 'bad' : 'good',
      gap: this.#chance(0.1) ? Math.floor(this.#random() * 5) : 0,
      sizeBytes: 10 + Math.floor(this.#random() * 100),
    }));
    this.#backend.append(partition, records);
    if (this.#chance(0.1)) this.#backend.endAt(partition, this.#backend.end(partition) + 3);
  }

  /** No more faults: everything must be handled and stored. */
  async #comeToRest(): Promise<void> {
    this.#faultless = true;
    this.#failCommits = false;
    this.#failProduce = false;
    this.#note('come to rest');
    await this.#clock.until(() => this.#busy.size === 0, { what: 'moves end' });
    const owned = new Set(this.#backend.owned().map(({ partition }) => partition));
    const missing = partitions.filter((partition) => !owned.has(partition));
    if (missing.length > 0) this.#backend.assign(missing);
    const handled = () =>
      this.#engine.consumer
        .status()
        .partitions.every(({ partition, frontier }) => frontier === this.#backend.end(partition));
    for (const partition of partitions) this.#model.resuming(partition);
    void this.#engine.consumer.resume().catch(() => undefined);
    for (let tries = 0; tries < 1_000 && !handled(); tries++) {
      await this.#clock.advance(200);
      this.#check();
      this.#resumeStopped();
    }
    if (!handled())
      throw new Error(`not handled: ${JSON.stringify(this.#engine.consumer.status())}`);
    await this.#clock.advance(20_000);
    if (this.#storesByTime) this.#checkStored();
    await this.#until('the end', (done) => this.#engine.app.stop().then(done));
  }

  /** As somebody who looks after it would. What is not stopped must go on by itself. */
  #resumeStopped(): void {
    const stopped = this.#engine.consumer
      .status()
      .partitions.filter(({ state }) => state === 'stopped');
    void this.#engine.consumer.resume(stopped).catch(() => undefined);
  }

  async #until(what: string, start: (done: () => void) => Promise<void>): Promise<void> {
    let over = false;
    const work = start(() => {
      over = true;
    });
    await this.#clock.until(() => over, { what });
    await work;
  }

  #check(): void {
    if (this.#model.violations.length > 0) throw new Error(this.#model.violations.join('\n'));
  }

  #checkEnd(): void {
    this.#check();
    this.#checkStored();
    for (const partition of partitions)
      for (const offset of this.#backend.offsets(partition)) {
        const name = `${partition}@${offset}`;
        const times = this.#model.endings.get(name) ?? 0;
        if (times === 0 && !this.#model.leftOut.has(name)) throw new Error(`${name} was lost`);
        if (times > 1 && this.#calm) throw new Error(`${name} was handled ${times} times`);
      }
  }

  #checkStored(): void {
    for (const partition of partitions) {
      const stored = this.#backend.stored(partition)?.position.offset;
      const end = this.#backend.end(partition);
      if (stored !== end) throw new Error(`${partition} is stored at ${stored} and ends at ${end}`);
    }
  }

  #note(what: string): void {
    this.#history.push(`${this.#clock.now() % 1_000_000}: ${what}`);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#random() * choices.length)] as T;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
}

/** One line about an event, for the history of a seed that is looked into. */
function describeEvent(event: AppEvent): string {
  const { kind } = event;
  if (kind === 'committed')
    return `${kind} ${event.positions.map(({ partition, offset }) => `${partition}@${offset}`)}`;
  if (kind === 'skipped' || kind === 'deadLettered' || kind === 'parked' || kind === 'recordFailed')
    return `${kind} ${event.record.partition}@${event.record.offset}`;
  return `${kind} ${'partition' in event ? event.partition?.partition : ''}`;
}
