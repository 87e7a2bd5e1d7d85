import type { AdminSession, Backend, BackendDefinition, ProducerOptions } from './backend.ts';
import type { Cancel, Clock, Random } from './clock.ts';
import { Consumer } from './consumer.ts';
import type {
  ConsumerOptions,
  DecodedConsumerOptions,
  RecordConsumerOptions,
  Topics,
} from './consumer-options.ts';
import type { ConsumerStatus } from './consumer-status.ts';
import { InvalidConfigError, PartitaError } from './errors.ts';
import type { AppEvent, AppListener } from './events.ts';
import type { Logger } from './logger.ts';
import { watchLoop } from './loop-watch.ts';
import { OptionCheck } from './option-check.ts';
import { Producer, resolveProducerOptions } from './producer.ts';
import type { ProducerRecord, RecordMetadata } from './record.ts';
import { type AssignorLookup, resolveConsumerOptions } from './resolve-consumer-options.ts';
import type { ResolvedConsumerOptions } from './resolved-options.ts';

export interface AppOptions {
  /** `memory(…)`, `kafka(…)` or `eventHubs(…)`. */
  readonly backend: BackendDefinition;
  /** Names this process to the broker. @default 'partita' */
  readonly clientId?: string;
  /** @default warnings and errors, on standard error */
  readonly logger?: Logger;
  /** How long `stop` waits for running handlers, in milliseconds. @default 30_000 */
  readonly stopTimeoutMs?: number;
}

/** What an application takes from the world. The package root hands in the real one, tests a virtual one. */
export interface System {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly assignorByName: AssignorLookup;
  /** Calls back each time the process is asked to end (SIGTERM, SIGINT), until cancelled. */
  onTerminate(terminate: () => void): Cancel;
}

/** What an application is doing and what is wrong with it. */
export interface Health {
  /** Nothing is wrong: every consumer has joined and no partition stands still. */
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly consumers: readonly ConsumerStatus[];
}

type AppState = 'new' | 'running' | 'stopping' | 'stopped';

/** Consumers and producers on one backend, started and stopped together. */
export class App implements AsyncDisposable {
  readonly #system: System;
  readonly #options: AppOptions;
  readonly #log: Logger;
  readonly #declared: ResolvedConsumerOptions[] = [];
  readonly #consumers: Consumer[] = [];
  readonly #listeners = new Set<AppListener>();
  #backend: Backend | undefined;
  #publisher: Producer | undefined;
  #endWatch: Cancel = () => {};
  #state: AppState = 'new';
  #stopping: Promise<void> | undefined;

  /** @internal Made by `partita(…)`. */
  constructor(options: AppOptions, system: System) {
    const check = new OptionCheck();
    check.known('', options, ['backend', 'clientId', 'logger', 'stopTimeoutMs']);
    if (typeof options.backend?.open !== 'function')
      check.problem('backend is missing: give memory(…), kafka(…) or eventHubs(…)');
    check.optionalMs('stopTimeoutMs', options.stopTimeoutMs);
    if (check.problems.length > 0)
      throw new InvalidConfigError('application options', check.problems);
    this.#options = options;
    this.#system = system;
    this.#log = options.logger ?? system.logger;
  }

  /**
   * Declares a consumer. Nothing is connected before `start` or `run`.
   *
   * @throws InvalidConfigError with all problems of the options at once.
   */
  consume<T>(topics: Topics, options: DecodedConsumerOptions<T>): this;
  consume(topics: Topics, options: RecordConsumerOptions): this;
  consume(topics: Topics, options: unknown): this {
    if (this.#state !== 'new')
      throw new PartitaError(
        'CLOSED',
        'consume() was called after start(): declare consumers first.',
      );
    const { capabilities } = this.#options.backend;
    const { assignorByName } = this.#system;
    const given = options as ConsumerOptions<never>;
    const resolved = resolveConsumerOptions(topics, given, capabilities, assignorByName);
    if (this.#declared.some(({ name }) => name === resolved.name))
      throw new InvalidConfigError(`options of the consumer ${resolved.name}`, [
        `another consumer of this application has the name ${resolved.name}; give each its own name`,
      ]);
    this.#declared.push(resolved);
    return this;
  }

  /** The consumers, once started, in the order of their declaration. */
  get consumers(): readonly Consumer[] {
    return this.#consumers;
  }

  /** Connects and starts consuming; resolves when every consumer has joined its group. */
  async start(): Promise<void> {
    if (this.#state !== 'new')
      throw new PartitaError(
        'CLOSED',
        `start() was called on an application that is ${this.#state}.`,
      );
    this.#state = 'running';
    const backend = this.#open();
    const { clock, random } = this.#system;
    for (const options of this.#declared) {
      const consumer = new Consumer(options, {
        clock,
        random,
        log: this.#log,
        commitMetadataBytes: this.#options.backend.capabilities.commitMetadataBytes,
        emit: (event) => this.#emit(event),
        publish: (topic, record) => this.#publish(topic, record),
      });
      this.#consumers.push(consumer);
      consumer.start(backend);
    }
    this.#endWatch = watchLoop(clock, (blockedMs) => this.#blocked(blockedMs));
    try {
      await Promise.all(this.#consumers.map(({ joined }) => joined));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Runs until the process is asked to end (SIGTERM, SIGINT) or `stop` is called: drains handlers, commits, leaves the
   * groups. A second signal ends without waiting.
   *
   * @throws PartitaError when a consumer cannot go on (unknown topic, refused credentials, …).
   */
  async run(): Promise<void> {
    const { promise: stopped, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.#system.onTerminate(() => {
      this.stop({ force: this.#state === 'stopping' }).then(resolve, reject);
    });
    this.#whenStopped = resolve;
    try {
      if (this.#state === 'new') await this.start();
      await Promise.race([stopped, ...this.#consumers.map(({ died }) => died)]);
    } finally {
      await this.stop();
      cancel();
    }
  }

  #whenStopped: () => void = () => {};

  /**
   * Drains running handlers, commits, leaves the groups, closes connections. May be called again, with `force` also while it
   * is under way: then handlers are not waited for, and what they have not finished is handled again by whoever takes over.
   */
  stop({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    if (force) return this.#force();
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** A producer on the same backend. Closed with the application. */
  producer(options: Partial<ProducerOptions> = {}): Producer {
    return new Producer(this.#open().openProducer(resolveProducerOptions(options)));
  }

  /** Topics, offsets and groups of the same backend. Closed with the application. */
  admin(): AdminSession {
    return this.#open().openAdmin();
  }

  /** Hears of everything that happens. Returns how to stop listening. */
  on(listener: AppListener): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
    this.#endWatch();
    await Promise.all(this.#consumers.map((consumer) => consumer.crash()));
    await this.#backend?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    this.#state = 'stopping';
    const timeoutMs = this.#options.stopTimeoutMs ?? 30_000;
    await Promise.all(this.#consumers.map((consumer) => consumer.stop(timeoutMs)));
    await this.#end();
  }

  async #force(): Promise<void> {
    this.#log.warn('stopping without waiting for handlers');
    await Promise.all(this.#consumers.map((consumer) => consumer.abort()));
    await this.#end();
  }

  async #end(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    this.#endWatch();
    await this.#backend?.close();
    this.#whenStopped();
  }

  #open(): Backend {
    if (this.#state === 'stopped')
      throw new PartitaError('CLOSED', 'The application has been stopped: make a new one.');
    const { backend, clientId = 'partita' } = this.#options;
    const { clock, random } = this.#system;
    this.#backend ??= backend.open({ clock, random, log: this.#log, clientId });
    return this.#backend;
  }

  #publish(topic: string, record: ProducerRecord): Promise<RecordMetadata> {
    this.#publisher ??= this.producer();
    return this.#publisher.send(topic, record);
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
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error('an event listener failed', { kind: event.kind, error });
      }
    }
  }
}

/** An application on the given system. `partita(…)` of the package root hands in the real one. */
export function createApp(options: AppOptions, system: System): App {
  return new App(options, system);
}
