import { type MemoryBroker, type MemoryFaults, memory } from '../../backends/memory/index.ts';
import {
  type App,
  type AppEvent,
  type ConsumerRecord,
  PartitaError,
  type ProducerSession,
  type RecordMetadata,
} from '../../core/index.ts';
import { checkedRecord, type TestRecord } from '../records.ts';
import { seededRandom } from '../seeded-random.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type DeadLetter, deadLetterOf } from './dead-letter.ts';
import { Driver } from './driver.ts';
import { type LogLine, recordingLogger } from './log-lines.ts';
import { asDeclared } from './memory-as-declared.ts';
import { checkTestApp, type TestAppOptions } from './options.ts';
import { Progress } from './progress.ts';
import { askedConsumer, askedGroup, lastFailure } from './questions.ts';
import { type HandledCall, type Journal, Work } from './work.ts';

/** Another process of the same application. */
export interface TestMember {
  readonly app: App;
  readonly clientId: string;
  /** Drains, commits and leaves the group. */
  leave(): Promise<void>;
  /** Ends as a killed process does. The group notices after the session time-out. */
  crash(): Promise<void>;
}

/**
 * Starts an application as it was declared, for any backend, on a memory broker and in virtual time. Its handlers, policies
 * and middleware stay as they are, and what its own backend can do less than memory it cannot do here either.
 *
 * ```ts
 * await using t = await testApp(app);
 * await t.produce('orders', { key: 'a', value: { id: 'a' } });
 * await t.idle();
 * assert.deepEqual(t.committed('orders'), [1]);
 * ```
 *
 * @throws PartitaError `INVALID_CONFIG` when an option is wrong, `CLOSED` when the application is connected already; and
 * whatever `app.start()` throws
 */
export async function testApp(app: App, options: TestAppOptions = {}): Promise<TestApp> {
  checkTestApp(app, options);
  const test = new TestApp(app, options);
  await test.start();
  return test;
}

interface Process {
  readonly clientId: string;
  readonly work: Work;
}

/** An application under test, and the broker it runs on. */
export class TestApp implements AsyncDisposable {
  /** The first process. It lives on after `crash()`, as a process started anew. */
  readonly app: App;
  readonly clock: VirtualClock;
  /** The broker, to look into and to harm. */
  readonly broker: MemoryBroker;
  /** Everything the application has reported, in order. */
  readonly events: AppEvent[] = [];
  /** Everything it has logged, in order. */
  readonly log: LogLine[] = [];
  readonly #random: () => number;
  readonly #journal: Journal = { calls: [], consumers: new Map() };
  readonly #processes = new Map<App, Process>();
  readonly #driver: Driver;
  readonly #progress: Progress;
  readonly #producer: ProducerSession;
  #lastProcess = 0;

  /** @internal Made by `testApp(…)`. */
  constructor(app: App, options: TestAppOptions) {
    const { topics = {}, partitions = 1, seed = 1, startMs } = options;
    const { limitMs = 600_000, realLimitMs = 10_000 } = options;
    this.app = app;
    this.clock = new VirtualClock(startMs === undefined ? {} : { startMs });
    this.#random = seededRandom(seed);
    const { commitMetadataBytes, maxRecordBytes } = app.backend.capabilities;
    const autoCreate = { partitions };
    this.broker = memory({ topics, autoCreate, commitMetadataBytes, maxRecordBytes });
    const work = () => [...this.#processes.values()].map((process) => process.work);
    this.#driver = new Driver({ clock: this.clock, work, limitMs, realLimitMs });
    const { clock } = this;
    const log = recordingLogger(this.log);
    const outside = this.broker.open({ clock, random: this.#random, log, clientId: 'test' });
    this.#producer = outside.openProducer(producerOptions);
    this.#progress = new Progress({
      broker: this.broker,
      admin: outside.openAdmin(),
      events: this.events,
      consumers: this.#journal.consumers,
      apps: () => [...this.#processes.keys()],
    });
    app.on((event) => this.events.push(event));
  }

  /** Trouble on order: requests that fail or take long. Processes are named `member-1`, `member-2`, … as they start. */
  get faults(): MemoryFaults {
    return this.broker.faults;
  }

  /**
   * Writes records as somebody else does, past the middleware of the application. Other values than text and bytes become
   * JSON. Takes what `records(topic)` gives, too.
   *
   * @throws InvalidConfigError when one is no record
   */
  async produce(
    topic: string,
    records: TestRecord | readonly TestRecord[],
  ): Promise<readonly RecordMetadata[]> {
    const list: readonly unknown[] = Array.isArray(records) ? records : [records];
    const written = this.#producer.send(topic, list.map(checkedRecord));
    return this.settle(written, `${list.length} records to be written to ${topic}`);
  }

  /**
   * Waits until every record in the log is at its end, and committed where the policy commits by itself. Virtual time moves
   * on as needed (retries, batches, commits), but stands still while handlers and other code of yours run: real I/O takes
   * real time.
   *
   * @throws PartitaError `HANDLER_FAILED` when a partition is stopped or paused; `TIMEOUT` when a limit is passed
   */
  async idle(): Promise<void> {
    let missing: readonly string[] = [];
    const done = async () => {
      missing = await this.#progress.missing();
      return missing.length === 0;
    };
    const problems = () => [
      ...missing,
      ...this.app.health().problems,
      ...lastFailure(this.#journal),
    ];
    await this.#driver.until('all records to be handled and committed', done, problems);
  }

  /** Waits for a condition as `idle` does. @throws PartitaError `TIMEOUT` */
  until(condition: () => boolean | Promise<boolean>, what?: string): Promise<void> {
    return this.#driver.until(what ?? condition.toString(), condition);
  }

  /** Waits for a promise that may need virtual time: `await t.settle(producer.send(…))`. */
  settle<T>(promise: Promise<T>, what = 'a promise'): Promise<T> {
    return this.#driver.settle(what, promise);
  }

  /** Moves virtual time on, whatever runs. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /**
   * Calls of handlers, of all consumers or one, in the order in which they began. Each retry is a call of its own.
   *
   * @throws InvalidConfigError when there is no such consumer
   */
  handled(consumer?: string): readonly HandledCall[] {
    const { calls } = this.#journal;
    if (consumer === undefined) return calls;
    const name = askedConsumer(this.#journal, consumer);
    return calls.filter((call) => call.consumer === name);
  }

  /** What the log of a topic holds, by partition, then by offset; nothing when there is no such topic. */
  records(topic: string): readonly ConsumerRecord[] {
    try {
      return this.broker.records(topic);
    } catch (error) {
      if (PartitaError.is(error) && error.code === 'UNKNOWN_TOPIC') return [];
      throw error;
    }
  }

  /**
   * Committed offset of each partition of a topic; `undefined` where there is none.
   *
   * @throws InvalidConfigError when several groups read the topic and none is named, or nobody reads it
   */
  committed(topic: string, group?: string): readonly (number | undefined)[] {
    const offsets: (number | undefined)[] = [];
    for (const position of this.broker.committed(askedGroup(this.#journal, topic, group)))
      if (position.topic === topic) offsets[position.partition] = position.offset;
    return Array.from(offsets);
  }

  /** What error policies have written to dead-letter topics, all or one. */
  deadLetters(topic?: string): readonly DeadLetter[] {
    const written = this.events.flatMap((event) =>
      event.kind === 'deadLettered' ? [event.topic] : [],
    );
    const topics = topic === undefined ? [...new Set(written)].sort() : [topic];
    return topics.flatMap((name) =>
      this.records(name).flatMap((record) => deadLetterOf(record) ?? []),
    );
  }

  /** Kills the process and starts it anew: nothing is drained or committed, and the group notices by the session time-out. */
  async crash(): Promise<void> {
    await this.#crash(this.app);
    await this.start();
  }

  /**
   * Another process of the application joins; resolves when the group has shared its partitions out anew. Where members are
   * static (`instanceId`), it has a name of its own.
   */
  async join(): Promise<TestMember> {
    const app = this.app.twin();
    const { clientId } = await this.#run(app);
    const member = { app, clientId, leave: () => this.#leave(app), crash: () => this.#crash(app) };
    await this.#assigned();
    return member;
  }

  /** Another process joins, takes its share, and leaves again: all partitions that can move have moved. */
  async rebalance(): Promise<void> {
    const member = await this.join();
    await member.leave();
  }

  /** Stops the application as SIGTERM does: drains, commits, leaves. */
  async stop(): Promise<void> {
    for (const app of [...this.#processes.keys()].reverse()) await this.#leave(app);
  }

  /** Ends without waiting for handlers. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const app of [...this.#processes.keys()]) {
      this.#processes.delete(app);
      await this.settle(app.stop({ force: true }), 'the application to end');
    }
  }

  /** @internal Called by `testApp(…)`. */
  async start(): Promise<void> {
    await this.#run(this.app);
  }

  async #run(app: App): Promise<Process> {
    const clientId = `member-${++this.#lastProcess}`;
    const work = new Work(this.#journal, app === this.app ? '' : `-${clientId}`);
    const log = recordingLogger(this.log);
    const { clock } = this;
    app.moveTo({
      backend: asDeclared(this.broker, this.app.backend),
      system: { clock, random: this.#random, logger: log, onTerminate: () => () => {} },
      clientId,
      logger: log,
      decorate: work.decorate,
    });
    const process = { clientId, work };
    this.#processes.set(app, process);
    await this.settle(app.start(), `${clientId} to join`);
    return process;
  }

  async #leave(app: App): Promise<void> {
    await this.settle(app.stop(), 'a process to leave');
    this.#processes.delete(app);
    await this.#assigned();
  }

  async #crash(app: App): Promise<void> {
    const process = this.#processes.get(app);
    if (process === undefined) return;
    this.#processes.delete(app);
    process.work.kill();
    this.faults.crash(process.clientId);
    await this.settle(app.crash(), `${process.clientId} to end`);
  }

  /** Until every partition that somebody wants has an owner. */
  #assigned(): Promise<void> {
    return this.#driver.until(
      'all partitions to be assigned',
      () => this.#processes.size === 0 || this.#progress.assigned(),
    );
  }
}

const producerOptions = {
  acks: 'all',
  lingerMs: 0,
  batchBytes: 131_072,
  compression: 'none',
  idempotent: true,
  deliveryTimeoutMs: 120_000,
} as const;
