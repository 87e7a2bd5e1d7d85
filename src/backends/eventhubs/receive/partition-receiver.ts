import type { EventHubConsumerClient, Subscription } from '@azure/event-hubs';
import {
  type BackendEnv,
  Backoff,
  type ConsumerRecord,
  type OutOfRangePolicy,
  PartitaError,
  type Position,
  type RecordBatch,
  sleep,
  type TopicPartition,
} from '../../../core/index.ts';
import {
  eventHubsError,
  isDisconnectedByOther,
  isNotFound,
  isRefusedPosition,
} from '../sdk/event-hubs-error.ts';
import type { Hubs } from '../sdk/hubs.ts';
import { checkRange, eventPosition } from './event-position.ts';
import { EventRecord, type KeyOf } from './event-record.ts';
import { LogEnd } from './log-end.ts';

/** Most events in one call of the SDK. Fewer make it wait 20 ms for company. */
const CALL_EVENTS = 300;
/** An idle wait of the SDK does not end when its connection does; should that go unseen, it is noticed then. */
const IDLE_SECONDS = 60;
/** A receiver that is refused fails within this time, its client's own tries included; one that stands so long works. */
const WORKS_MS = 2_000;
/** What goes for all partitions: their hub, or the way to it. */
const general: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC', 'AUTHENTICATION_FAILED']);

/** What a receiver needs, and whom it tells. */
export interface ReceiverDeps {
  readonly env: BackendEnv;
  readonly hubs: Hubs;
  readonly client: EventHubConsumerClient;
  /** Resolves when the client's connection stands; until then nothing may be subscribed to. */
  connected(): Promise<unknown>;
  readonly keyOf: KeyOf;
  readonly prefetch: number;
  readonly maxBytes: number;
  readonly outOfRange: OutOfRangePolicy;
  /** As `GroupListener.records`. */
  deliver(batch: RecordBatch): boolean;
  /** So many events were handed on, and there is room for others. */
  handedOn(partition: number, events: number): void;
  failed(error: PartitaError, partition?: TopicPartition): void;
  /** Reading works, or works again. */
  works(place: TopicPartition): void;
  /** Somebody else reads the partition. Undefined: it is tried again. */
  readonly stolen?: (partition: TopicPartition) => void;
  /** The hub is there, but not the consumer group. */
  groupMissing(topic: string, cause: unknown): void;
}

/** Reads one partition from a position on and pushes its records while there is room. */
export class PartitionReceiver {
  readonly place: TopicPartition;
  readonly #deps: ReceiverDeps;
  readonly #backoff: Backoff;
  readonly #logEnd: LogEnd;
  #position: Position;
  #ownerLevel: number;
  #paused = false;
  /** Aborted when this stretch of reading is over: events it still gets are dropped. */
  #stretch = new AbortController();
  #room: () => void = () => {};
  #fail: (error: PartitaError) => void = () => {};
  #ending: Promise<unknown> = Promise.resolve();
  #closed = false;
  #eventBytes = 1_024;

  constructor(deps: ReceiverDeps, place: TopicPartition, position: Position, ownerLevel: number) {
    this.place = place;
    this.#deps = deps;
    this.#backoff = new Backoff(deps.env.random, 200, 10_000);
    this.#logEnd = new LogEnd(
      deps.env.clock,
      async () => (await deps.hubs.range(place)).end,
      (error) => deps.env.log.debug('the end of a partition was not learned', { ...place, error }),
    );
    this.#position = position;
    this.#ownerLevel = ownerLevel;
  }

  /** How many events may be under way or unread, by the size of those before. */
  get window(): number {
    const { prefetch, maxBytes } = this.#deps;
    return Math.max(1, Math.min(prefetch, Math.floor(maxBytes / this.#eventBytes)));
  }

  start(): void {
    this.#restart();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#room();
  }

  /** The connection is gone, which the SDK's receiver would not notice before its wait is over. */
  cut(): void {
    const { topic, partition } = this.place;
    const what = `The connection was cut while ${topic}-${partition} was read; it is tried again`;
    const details = { topic, partition, retriable: true };
    this.#fail(new PartitaError('CONNECTION_FAILED', what, details));
  }

  seek(position: Position): void {
    this.#position = position;
    this.#restart();
  }

  setOwnerLevel(ownerLevel: number): void {
    this.#ownerLevel = ownerLevel;
    this.#restart();
  }

  /** Nothing is pushed from the call on; resolves when the link is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#endStretch();
    await this.#ending;
  }

  #endStretch(): void {
    this.#stretch.abort();
    this.#room();
  }

  /** The SDK has one receiver per partition, so the old one ends before the new one begins. */
  #restart(): void {
    this.#endStretch();
    if (this.#closed) return;
    const stretch = new AbortController();
    this.#stretch = stretch;
    this.#ending = this.#ending.then(() => this.#run(stretch.signal));
  }

  /** One stretch: until it is over, reads on after every passing error. */
  async #run(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        if (!(await this.#checkPosition(over))) return;
        await this.#read(over);
      } catch (error) {
        if (over.aborted) return;
        if (this.#dropsToken(error)) continue;
        if (!(await this.#heals(error))) return;
        await sleep(this.#deps.env.clock, this.#backoff.next(), over);
      }
    }
  }

  /** False: it stands still there. */
  async #checkPosition(over: AbortSignal): Promise<boolean> {
    const { hubs, outOfRange, failed } = this.#deps;
    const range = await hubs.range(this.place);
    if (over.aborted) return false;
    this.#logEnd.set(range.end);
    const check = checkRange(this.place, this.#position, range, outOfRange);
    if (check.kind !== 'ok') failed(check.error, this.place);
    if (check.kind === 'fail') return false;
    this.#position = check.position;
    return true;
  }

  /** Resolves when the stretch is over; rejects with the first error. */
  async #read(over: AbortSignal): Promise<void> {
    const { client, connected, hubs, prefetch, env, works } = this.#deps;
    let isWorking = false;
    const working = () => {
      if (!isWorking) works(this.place);
      isWorking = true;
    };
    const failure = Promise.withResolvers<never>();
    this.#fail = failure.reject;
    const ended = new Promise<void>((resolve) => {
      if (over.aborted) resolve();
      over.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([ended, failure.promise, connected()]);
    if (over.aborted) return;
    const reading = new AbortController();
    const signal = AbortSignal.any([over, reading.signal]);
    const subscription: Subscription = client.subscribe(
      String(this.place.partition),
      {
        processEvents: async (events) => {
          if (events.length === 0 || signal.aborted) return;
          const { keyOf } = this.#deps;
          const records = events.map((event) => new EventRecord(this.place, event, keyOf));
          this.#backoff.reset();
          working();
          this.#learnSize(records);
          await this.#push(records, signal);
        },
        processError: async (error) => failure.reject(error),
      },
      {
        startPosition: eventPosition(this.#position),
        ownerLevel: this.#ownerLevel,
        maxBatchSize: Math.min(CALL_EVENTS, prefetch),
        prefetchCount: prefetch,
        maxWaitTimeInSeconds: IDLE_SECONDS,
        skipParsingBodyAsJson: true,
      },
    );
    const cancel = env.clock.schedule(WORKS_MS, working);
    try {
      await Promise.race([ended, failure.promise]);
    } finally {
      cancel();
      reading.abort();
      this.#room();
      await hubs.dismiss(subscription);
    }
  }

  /** In parts, so that a partition without room gets little more; what is left waits here, and no credit is issued. */
  async #push(records: readonly ConsumerRecord[], over: AbortSignal): Promise<void> {
    const { deliver, handedOn, maxBytes } = this.#deps;
    for (let from = 0; from < records.length; ) {
      if (!(await this.#hasRoom(over))) return;
      const part = take(records, from, maxBytes);
      from += part.records.length;
      const last = part.records.at(-1) as ConsumerRecord;
      const next = { offset: last.offset + 1, ...(last.token && { token: last.token }) };
      this.#position = next;
      const logEndOffset = this.#logEnd.after(next.offset);
      if (!deliver({ ...this.place, ...part, next, logEndOffset })) this.#paused = true;
    }
    if (await this.#hasRoom(over)) handedOn(this.place.partition, records.length);
  }

  /** Resolves when there is room, or with false when the stretch is over. */
  async #hasRoom(over: AbortSignal): Promise<boolean> {
    while (this.#paused && !over.aborted)
      await new Promise<void>((resolve) => {
        this.#room = resolve;
      });
    return !over.aborted;
  }

  #learnSize(records: readonly ConsumerRecord[]): void {
    let bytes = 0;
    for (const { sizeBytes } of records) bytes += sizeBytes;
    const mean = bytes / records.length;
    // Larger ones count at once, smaller ones by and by: too much credit cannot be taken back.
    this.#eventBytes = Math.max(mean, this.#eventBytes * 0.8 + mean * 0.2);
  }

  /** Where the offset text is refused, the sequence number still says the place. */
  #dropsToken(error: unknown): boolean {
    const { offset, token } = this.#position;
    if (token === undefined || !isRefusedPosition(error)) return false;
    this.#position = { offset };
    return true;
  }

  /** Tells what happened. False when waiting would not help. */
  async #heals(cause: unknown): Promise<boolean> {
    const { failed, stolen, groupMissing } = this.#deps;
    const { topic, partition } = this.place;
    if (isDisconnectedByOther(cause) && stolen !== undefined) {
      this.#closed = true;
      stolen(this.place);
      return false;
    }
    const error = isNotFound(cause)
      ? await this.#whyNotFound()
      : eventHubsError(`read ${topic}-${partition}`, cause, { topic, partition });
    if (error === undefined) {
      groupMissing(topic, cause);
      return false;
    }
    if (error.retriable || general.has(error.code)) failed(error);
    else failed(error, this.place);
    return error.retriable;
  }

  /** What is said when the hub is asked for; undefined when it is there, so that its consumer group is missing. */
  async #whyNotFound(): Promise<PartitaError | undefined> {
    try {
      await this.#deps.hubs.range(this.place);
      return undefined;
    } catch (error) {
      return eventHubsError(`look up ${this.place.topic}`, error);
    }
  }
}

function take(
  records: readonly ConsumerRecord[],
  from: number,
  maxBytes: number,
): { readonly records: readonly ConsumerRecord[]; readonly bytes: number } {
  let bytes = 0;
  let end = from;
  while (end < records.length) {
    const size = records[end]?.sizeBytes ?? 0;
    if (end > from && bytes + size > maxBytes) break;
    bytes += size;
    end++;
  }
  return {
    records: from === 0 && end === records.length ? records : records.slice(from, end),
    bytes,
  };
}
