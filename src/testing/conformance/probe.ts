import type {
  App,
  AppEvent,
  CloseReason,
  Consumer,
  ConsumerRecord,
  RecordContext,
  TopicPartition,
} from '../../core/index.ts';

/** What a case does with a record; the record counts as done when it returns or resolves. */
export type Behaviour = (record: ConsumerRecord, context: RecordContext) => unknown;

/** An application with one consumer that writes down what it goes through. */
export class Probe {
  readonly app: App;
  readonly clientId: string;
  /** Records whose handler was called, in that order; once per try. */
  readonly started: ConsumerRecord[] = [];
  /** Records whose handler has ended well, in that order. */
  readonly done: ConsumerRecord[] = [];
  readonly events: AppEvent[] = [];
  readonly closed: { readonly partition: TopicPartition; readonly reason: CloseReason }[] = [];
  /** Handlers running now, and the most there ever were. */
  running = 0;
  mostRunning = 0;

  constructor(app: App, clientId: string) {
    this.app = app;
    this.clientId = clientId;
    app.on((event) => this.events.push(event));
  }

  get consumer(): Consumer {
    const [consumer] = this.app.consumers;
    if (consumer === undefined) throw new Error(`${this.clientId} has not been started`);
    return consumer;
  }

  /** Partitions it owns now, as `partition` numbers in order. */
  get owned(): number[] {
    const { partitions } = this.consumer.status();
    return partitions.map(({ partition }) => partition).sort((a, b) => a - b);
  }

  /** Values of the records done, in the order they were done; of one partition or of all. */
  values(partition?: number): string[] {
    return valuesOf(this.done, partition);
  }

  /** @internal The handler of its consumer. */
  async handle(record: ConsumerRecord, context: RecordContext, behave: Behaviour): Promise<void> {
    this.started.push(record);
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      await behave(record, context);
      this.done.push(record);
    } finally {
      this.running--;
    }
  }
}

export function valuesOf(records: readonly ConsumerRecord[], partition?: number): string[] {
  return records
    .filter((record) => partition === undefined || record.partition === partition)
    .map((record) => String(record.value));
}
