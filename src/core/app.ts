import { type AllTopics, Declarations } from './declarations.ts';
import { Consumer } from './engine/consumer.ts';
import type { AppEvent, AppListener } from './engine/events.ts';
import { Listeners } from './engine/listeners.ts';
import { watchLoop } from './engine/loop-watch.ts';
import type { Cancel } from './model/clock.ts';
import { PartitaError } from './model/errors.ts';
import type { Logger } from './model/logger.ts';
import type { ProducerRecord, RecordMetadata } from './model/record.ts';
import { within } from './model/within.ts';
import {
  type AppOptions,
  checkAppOptions,
  type Health,
  type System,
} from './options/app-options.ts';
import type {
  ConsumerOptions,
  DecodedConsumerOptions,
  RecordConsumerOptions,
  Topics,
  TypedConsumerOptions,
} from './options/consumer-options.ts';
import type { AddedBy, Middleware, MiddlewareEnv } from './options/middleware.ts';
import type { ResolvedConsumerOptions } from './options/resolved-options.ts';
import type { AnyTopic, ValueOf } from './options/typed-topic.ts';
import type { Place } from './place.ts';
import type {
  AdminSession,
  Backend,
  BackendDefinition,
  ProducerOptions,
  ProducerSession,
} from './ports/backend.ts';
import { Producer, resolveProducerOptions } from './producer.ts';

const defaultClientId = 'partita';

type AppState = 'new' | 'running' | 'stopping' | 'stopped';

/**
 * Consumers and producers on one backend, started and stopped together. `Added` is what the middleware of the application
 * adds to the context of all handlers.
 */
export class App<Added extends object = object> implements AsyncDisposable {
  #system: System;
  #options: AppOptions;
  /** What watches goes around everything else. */
  readonly #middleware: readonly Middleware[];
  #log: Logger;
  #decorate: (options: ResolvedConsumerOptions) => ResolvedConsumerOptions = (options) => options;
  readonly #declared = new Declarations();
  readonly #consumers: Consumer[] = [];
  readonly #listeners = new Listeners();
  #backend: Backend | undefined;
  #publisher: ProducerSession | undefined;
  #endWatch: Cancel = () => {};
  #endTelemetry: Cancel = () => {};
  #state: AppState = 'new';
  #stopping: Promise<void> | undefined;
  #forcing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #stopped = Promise.withResolvers<void>();

  /** @internal Made by `partita(…)`. */
  constructor(options: AppOptions, system: System) {
    checkAppOptions(options);
    resolveProducerOptions(options.producer ?? {});
    this.#options = options;
    this.#middleware = [...(options.telemetry?.middleware ?? []), ...(options.middleware ?? [])];
    this.#system = system;
    this.#log = options.logger ?? system.logger;
  }

  /**
   * Declares a consumer. Nothing is connected before `start` or `run`.
   *
   * @throws InvalidConfigError with all problems of the options at once.
   */
  consume<
    const Typed extends AnyTopic | readonly AnyTopic[],
    const List extends readonly Middleware[] = readonly [],
  >(
    topics: Typed,
    options: TypedConsumerOptions<ValueOf<Typed>, Added & AddedBy<List>> & {
      readonly middleware?: List;
    },
  ): this;
  consume<T, const List extends readonly Middleware[] = readonly []>(
    topics: Topics,
    options: DecodedConsumerOptions<T, Added & AddedBy<List>> & { readonly middleware?: List },
  ): this;
  consume<const List extends readonly Middleware[] = readonly []>(
    topics: Topics,
    options: RecordConsumerOptions<Added & AddedBy<List>> & { readonly middleware?: List },
  ): this;
  consume(topics: AllTopics, options: unknown): this {
    if (this.#state !== 'new')
      throw new PartitaError(
        'CLOSED',
        'consume() was called after start(): declare consumers first.',
      );
    const given = options as ConsumerOptions<never>;
    this.#declared.add(topics, given, this.#world());
    return this;
  }

  /** The consumers, once started, in the order of their declaration. */
  get consumers(): readonly Consumer[] {
    return this.#consumers;
  }

  /**
   * Connects and starts consuming; resolves when every consumer has joined its group.
   *
   * @throws PartitaError when that can never be (unknown topic, refused credentials, …), or no broker was reached within
   * `startTimeoutMs`.
   */
  async start(): Promise<void> {
    if (this.#state !== 'new')
      throw new PartitaError(
        'CLOSED',
        `start() was called on an application that is ${this.#state}; make a new one.`,
      );
    try {
      await this.#begin();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Runs until the process is asked to end (SIGTERM, SIGINT) or `stop` is called: drains handlers, commits, leaves the
   * groups. A second signal ends without waiting. At once when it was stopped before.
   *
   * @throws PartitaError when a consumer cannot go on (unknown topic, refused credentials, …).
   */
  async run(): Promise<void> {
    const asked = Promise.withResolvers<void>();
    let signals = 0;
    const cancel = this.#system.onTerminate(() => {
      signals++;
      // Only a second signal is impatience: the first may meet a stop that the program has begun at the same signal.
      this.stop({ force: signals > 1 }).then(asked.resolve, asked.reject);
    });
    try {
      await Promise.race([asked.promise, this.#stopped.promise, this.#untilDeath()]);
    } finally {
      await (this.#forcing ?? this.stop());
      cancel();
    }
  }

  /**
   * Drains running handlers, commits, leaves the groups, closes connections. May be called again, with `force` also while it
   * is under way: then handlers are not waited for, and what they have not finished is handled again by whoever takes over.
   */
  stop({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    if (force) {
      this.#forcing ??= this.#force();
      return this.#forcing;
    }
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** A producer on the same backend. Closed with the application. */
  producer(options: Partial<ProducerOptions> = {}): Producer {
    if (this.#state === 'stopped') throw this.#stoppedError();
    const home = { open: () => this.#open(), env: () => this.#env() };
    const resolved = resolveProducerOptions({ ...this.#options.producer, ...options });
    return new Producer(home, resolved, this.#middleware);
  }

  /** Topics, offsets and groups of the same backend. Closed with the application. */
  admin(): AdminSession {
    return this.#open().openAdmin();
  }

  /** Hears of everything that happens. Returns how to stop listening. */
  on(listener: AppListener): Cancel {
    return this.#listeners.add(listener);
  }

  health(): Health {
    const consumers = this.#consumers.map((consumer) => consumer.status());
    const problems = consumers.flatMap(({ name, problems }) =>
      problems.map((problem) => `${name}: ${problem}`),
    );
    if (this.#state !== 'running') problems.push(`The application is ${this.#state}.`);
    return { ok: problems.length === 0, problems, consumers };
  }

  /** For tests and demos: ends as a killed process does, without commits and farewells. */
  async crash(): Promise<void> {
    this.#state = 'stopped';
    this.#stopping = Promise.resolve();
    this.#stopped.resolve();
    this.#endWatch();
    this.#endTelemetry();
    await Promise.all(this.#consumers.map((consumer) => consumer.crash()));
    await this.#backend?.close();
  }

  /**
   * @internal For tests: the same application elsewhere, with all that was declared. Before anything is connected, or after
   * the end, as a process that is started anew.
   */
  moveTo(place: Place): void {
    const { backend, system, clientId } = place;
    if (this.#state !== 'stopped' && (this.#state !== 'new' || this.#backend !== undefined))
      throw new PartitaError(
        'CLOSED',
        'The application is connected already: it can be moved before start(), admin() and the first send() only.',
      );
    this.#options = { ...this.#options, backend, clientId };
    this.#system = { ...this.#system, ...system };
    this.#log = place.logger;
    this.#decorate = (options) => place.decorate(options);
    this.#consumers.length = 0;
    this.#state = 'new';
    this.#backend = undefined;
    this.#publisher = undefined;
    this.#stopping = undefined;
    this.#forcing = undefined;
    this.#closing = undefined;
    this.#stopped = Promise.withResolvers<void>();
  }

  /** @internal Which backend it was declared for. */
  get backend(): BackendDefinition {
    return this.#options.backend;
  }

  /** @internal For tests: another process of the same application, to be moved and started. Its listeners are the same. */
  twin(): App {
    const twin = new App(this.#options, this.#system);
    this.#declared.copyTo(twin.#declared);
    this.#listeners.copyTo(twin.#listeners);
    return twin;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #world() {
    const { assignorByName } = this.#system;
    return { backend: this.#options.backend, middleware: this.#middleware, assignorByName };
  }

  async #begin(): Promise<void> {
    this.#state = 'running';
    this.#endTelemetry = this.#options.telemetry?.observe(this) ?? this.#endTelemetry;
    this.#startConsumers(this.#open());
    await Promise.all(this.#consumers.map((consumer) => this.#joins(consumer)));
  }

  async #joins({ joined, report }: Consumer): Promise<void> {
    const { clock } = this.#system;
    const limitMs = this.#options.startTimeoutMs ?? 60_000;
    while (!(await within(joined, limitMs, { clock }))) {
      const { sessionError } = report;
      if (sessionError !== undefined && noBroker.has(sessionError.code)) throw sessionError;
    }
  }

  #startConsumers(backend: Backend): void {
    const { clock, random } = this.#system;
    for (const resolved of this.#declared.resolve(this.#world())) {
      const options = this.#decorate(resolved);
      const consumer = new Consumer(options, {
        clock,
        random,
        log: this.#log,
        commitMetadataBytes: this.#options.backend.capabilities.commitMetadataBytes,
        emit: (event) => this.#emit(event),
        env: this.#env(),
        send: (topic, records) => this.#send(backend, topic, records),
      });
      this.#consumers.push(consumer);
      consumer.start(backend);
    }
    this.#endWatch = watchLoop(clock, (blockedMs) => this.#blocked(blockedMs));
  }

  /** Starts if nobody has; rejects when a consumer dies. Being stopped is no death. */
  async #untilDeath(): Promise<never> {
    const never = new Promise<never>(() => {});
    try {
      if (this.#state === 'new') await this.#begin();
    } catch (error) {
      if (PartitaError.is(error) && error.code === 'CLOSED') return never;
      throw error;
    }
    return Promise.race([never, ...this.#consumers.map(({ died }) => died)]);
  }

  async #stop(): Promise<void> {
    if (this.#state !== 'stopped') this.#state = 'stopping';
    const timeoutMs = this.#options.stopTimeoutMs ?? 30_000;
    await this.#end(this.#consumers.map((consumer) => consumer.stop(timeoutMs)));
  }

  async #force(): Promise<void> {
    // Whoever stops gracefully from here on joins in.
    this.#stopping ??= Promise.resolve().then(() => this.#forcing);
    if (this.#state !== 'stopped') this.#state = 'stopping';
    this.#log.warn('stopping without waiting for handlers');
    await this.#end(this.#consumers.map((consumer) => consumer.abort()));
  }

  /** A consumer that cannot leave in good order keeps nobody from closing the connections. */
  async #end(leaving: readonly Promise<void>[]): Promise<void> {
    const results = await Promise.allSettled(leaving);
    this.#endWatch();
    this.#closing ??= this.#backend?.close() ?? Promise.resolve();
    this.#state = 'stopped';
    await this.#closing;
    this.#endTelemetry();
    this.#stopped.resolve();
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #open(): Backend {
    if (this.#state === 'stopped') throw this.#stoppedError();
    const { backend, clientId = defaultClientId, startTimeoutMs: unreachableMs } = this.#options;
    const { clock, random } = this.#system;
    const limits = unreachableMs === undefined ? {} : { unreachableMs };
    this.#backend ??= backend.open({ clock, random, log: this.#log, clientId, ...limits });
    return this.#backend;
  }

  #stoppedError(): PartitaError {
    return new PartitaError('CLOSED', 'The application has been stopped: make a new one.');
  }

  /** For handlers and error policies. What middleware there is has been passed. */
  #send(
    backend: Backend,
    topic: string,
    records: readonly ProducerRecord[],
  ): Promise<readonly RecordMetadata[]> {
    // Of a process that was killed in a test, and has been started anew since.
    if (backend !== this.#backend) return Promise.reject(this.#stoppedError());
    this.#publisher ??= this.#open().openProducer(resolveProducerOptions({}));
    return this.#publisher.send(topic, records);
  }

  #env(): MiddlewareEnv {
    const { clock, random } = this.#system;
    const { backend, clientId = defaultClientId } = this.#options;
    return { clock, random, log: this.#log, clientId, backend: backend.name };
  }

  #blocked(blockedMs: number): void {
    const busy = this.#consumers.filter((consumer) =>
      consumer.status().partitions.some(({ handlers }) => handlers > 0),
    );
    const handlers = busy.map(({ name }) => name);
    const who = handlers.length === 0 ? 'no handler' : `handlers of ${handlers.join(', ')}`;
    this.#log.warn(
      `the event loop stood still for ${blockedMs} ms (running: ${who}); heartbeats were late. Move the work to a worker thread.`,
    );
    for (const consumer of handlers) this.#emit({ consumer, kind: 'blocked', blockedMs, handlers });
  }

  #emit(event: AppEvent): void {
    this.#listeners.emit(event, this.#log);
  }
}

/** What says that no broker was reached, or let us in; it may pass, but a start does not wait for ever. */
const noBroker: ReadonlySet<string> = new Set([
  'CONNECTION_FAILED',
  'TIMEOUT',
  'AUTHENTICATION_FAILED',
]);

/** An application on the given system. `partita(…)` of the package root hands in the real one. */
export function createApp<const List extends readonly Middleware[] = readonly []>(
  options: AppOptions & { readonly middleware?: List },
  system: System,
): App<AddedBy<List>> {
  return new App(options, system);
}
