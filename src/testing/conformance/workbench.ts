import {
  type AdminSession,
  type App,
  type ConsumerSettings,
  createApp,
  type Producer,
  type ProducerRecord,
  type RecordMetadata,
  silentLogger,
  stopPartition,
  type Topics,
} from '../../core/index.ts';
import { type Behaviour, Probe } from './probe.ts';
import type { ConformanceTarget } from './target.ts';

/** How a case consumes; the rest is filled in. */
export type ProbeOptions = Partial<ConsumerSettings> & {
  /** What happens in the handler. @default nothing */
  readonly behave?: Behaviour;
  /** How long a stop waits, in milliseconds. @default the application's */
  readonly stopTimeoutMs?: number;
};

let nextRun = 0;

/** What a case works with: topics and groups of its own, applications that end with it, and patience. */
export class Workbench {
  readonly target: ConformanceTarget;
  /** Part of all names, so that cases can share a broker and its log can be searched. */
  readonly id: string;
  readonly #apps: App[] = [];
  #tools: { readonly producer: Producer; readonly admin: AdminSession } | undefined;
  #nextName = 1;

  constructor(target: ConformanceTarget) {
    this.target = target;
    this.id = `conformance-${Math.floor(target.system.random() * 1e9).toString(36)}-${nextRun++}`;
  }

  get admin(): AdminSession {
    return this.#open().admin;
  }

  get producer(): Producer {
    return this.#open().producer;
  }

  name(what: string): string {
    return `${this.id}-${what}-${this.#nextName++}`;
  }

  async topic(partitions: number, topic: string = this.name('topic')): Promise<string> {
    const { createTopic } = this.target;
    const made = createTopic
      ? createTopic.call(this.target, topic, partitions)
      : this.admin.createTopic({ topic, partitions });
    await this.settle(`topic ${topic} is made`, made);
    return topic;
  }

  async addPartitions(topic: string, count: number): Promise<void> {
    const { addPartitions } = this.target;
    const added = addPartitions
      ? addPartitions.call(this.target, topic, count)
      : this.admin.addPartitions(topic, count);
    await this.settle(`${topic} has ${count} partitions`, added);
  }

  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    return this.target.until(what, condition);
  }

  /** Waits for a promise that may need a virtual clock to move. */
  async settle<T>(what: string, promise: Promise<T>): Promise<T> {
    let settled = false;
    const note = () => {
      settled = true;
    };
    promise.then(note, note);
    await this.until(what, () => settled);
    return promise;
  }

  /** Writes records and waits for their acknowledgement. Texts are values. */
  write(
    topic: string,
    records: readonly (ProducerRecord | string)[],
    partition?: number,
  ): Promise<readonly RecordMetadata[]> {
    const list = records.map((record) => ({
      ...(typeof record === 'string' ? { value: record } : record),
      ...(partition !== undefined && { partition }),
    }));
    return this.settle(`${list.length} records are written`, this.producer.send(topic, list));
  }

  /** Declares an application with one consumer. `start` runs it. */
  probe(topics: Topics, { behave = () => {}, stopTimeoutMs, ...given }: ProbeOptions = {}): Probe {
    const clientId = this.name('app');
    const app = this.app(clientId, stopTimeoutMs);
    const probe = new Probe(app, clientId);
    const group = given.group ?? (given.partitions ? undefined : this.name('group'));
    app.consume(topics, {
      ...this.target.timing,
      onError: stopPartition(),
      ...(group !== undefined && { group, commit: { everyMs: 100 } }),
      ...given,
      handle: (_, context) => probe.handle(context.record, context, behave),
      close: (partition, reason) => {
        probe.closed.push({ partition, reason });
        return given.close?.(partition, reason);
      },
    });
    return probe;
  }

  /** An application that ends with the case. */
  app(clientId: string, stopTimeoutMs?: number): App {
    const { definition, system } = this.target;
    const app = createApp(
      {
        backend: definition,
        clientId,
        logger: silentLogger,
        ...(stopTimeoutMs !== undefined && { stopTimeoutMs }),
      },
      system,
    );
    this.#apps.push(app);
    return app;
  }

  /** Declares and starts; resolves when its group has taken it in. */
  async consume(topics: Topics, options: ProbeOptions = {}): Promise<Probe> {
    const probe = this.probe(topics, options);
    await this.start(probe);
    return probe;
  }

  start(probe: Probe): Promise<void> {
    return this.settle(`${probe.clientId} has joined`, probe.app.start());
  }

  stop(probe: Probe): Promise<void> {
    return this.settle(`${probe.clientId} has stopped`, probe.app.stop());
  }

  crash({ app, clientId }: Probe): Promise<void> {
    const { crash } = this.target;
    const gone = crash ? crash.call(this.target, app, clientId) : app.crash();
    return this.settle(`${clientId} has crashed`, gone);
  }

  /** Waits until the probes together have done that many records. */
  done(count: number, ...probes: Probe[]): Promise<void> {
    return this.until(`${count} records are handled`, () => {
      return probes.reduce((sum, probe) => sum + probe.done.length, 0) >= count;
    });
  }

  /** Waits until these own all partitions of a topic between them, each at least one. */
  shared(partitions: number, ...probes: Probe[]): Promise<void> {
    return this.until(`${partitions} partitions are shared out among ${probes.length}`, () => {
      const counts = probes.map((probe) => probe.owned.length);
      return counts.every((n) => n > 0) && counts.reduce((a, b) => a + b, 0) === partitions;
    });
  }

  /** The committed offset of a partition, or `undefined`. */
  async committed(group: string, topic: string, partition = 0): Promise<number | undefined> {
    const positions = await this.admin.committed(group, [topic]);
    return positions.find((position) => position.partition === partition)?.offset;
  }

  committedTo(offset: number, group: string, topic: string, partition = 0): Promise<void> {
    const what = `group ${group} has committed ${offset} of ${topic}-${partition}`;
    return this.until(what, async () => (await this.committed(group, topic, partition)) === offset);
  }

  async close(): Promise<void> {
    for (const app of this.#apps)
      await this.settle('an application of the case has ended', app.stop({ force: true }));
  }

  #open(): { readonly producer: Producer; readonly admin: AdminSession } {
    if (this.#tools === undefined) {
      const app = this.app(`${this.id}-tools`);
      this.#tools = { producer: app.producer(), admin: app.admin() };
    }
    return this.#tools;
  }
}
