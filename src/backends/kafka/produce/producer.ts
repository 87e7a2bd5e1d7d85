import {
  type BackendEnv,
  choosePartition,
  PartitaError,
  type PartitionChooser,
  type ProducerOptions,
  type ProducerRecord,
  type ProducerSession,
  type RecordContent,
  type RecordMetadata,
  recordContent,
} from '../../../core/index.ts';
import { MetadataCache } from '../wire/metadata-cache.ts';
import type { BrokerNode, Wire } from '../wire/wire.ts';
import { BrokerSender, type Delivery } from './broker-sender.ts';
import { Dispatcher } from './dispatcher.ts';
import { LiveBatches } from './live-batches.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { expired, noPartition, oversized, partitionGone, topicGone } from './produce-error.ts';
import type { ProduceOutcome } from './produce-outcome.ts';
import { ProducerIds } from './producer-ids.ts';
import { framingBytes } from './record-bytes.ts';
import { SendCall } from './send-call.ts';
import { settleBatch } from './settle-batch.ts';
import { TopicDirectory } from './topic-directory.ts';
import { TopicRoute } from './topic-route.ts';

export interface KafkaProducerDeps {
  readonly wire: Wire;
  readonly env: BackendEnv;
  /** Makes the partitioner for records that name no partition. */
  readonly chooser: PartitionChooser;
  readonly requestTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  /** A larger request makes the broker close the connection. */
  readonly maxRequestBytes: number;
}

/** `max.in.flight.requests.per.connection` of Kafka's Java producer. */
const MAX_IN_FLIGHT = 5;
/** What a request takes beside its batches, at most. */
const REQUEST_FRAMING_BYTES = 1_024;

const acksOnWire = { all: -1, leader: 1, none: 0 } as const;

/** Groups records by partition, sends one request per leader, and sees every record through to a result. */
export class KafkaProducer implements ProducerSession {
  readonly #deps: KafkaProducerDeps;
  readonly #options: ProducerOptions;
  readonly #directory: TopicDirectory;
  readonly #dispatcher: Dispatcher;
  readonly #live: LiveBatches;
  readonly #ids: ProducerIds;
  readonly #senders = new Map<number, BrokerSender>();
  readonly #calls = new Set<SendCall>();
  /** What fits into one request. */
  readonly #maxBatchBytes: number;
  readonly #batchBytes: number;
  #flushes = 0;
  #closing: Promise<void> | undefined;

  constructor(deps: KafkaProducerDeps, options: ProducerOptions) {
    const { wire, env, requestTimeoutMs, maxRequestBytes } = deps;
    this.#deps = deps;
    this.#options = options;
    this.#maxBatchBytes = maxRequestBytes - REQUEST_FRAMING_BYTES;
    this.#batchBytes = Math.min(options.batchBytes, this.#maxBatchBytes);
    this.#directory = new TopicDirectory({
      env,
      cache: new MetadataCache(wire, env.clock),
      maxAgeMs: deps.metadataMaxAgeMs,
      deliveryTimeoutMs: options.deliveryTimeoutMs,
      changed: (route) => this.#release(route),
      dropped: (queue) => this.#failQueue(queue, partitionGone(queue)),
      failed: (route, error) => this.#failRoute(route, error),
    });
    this.#dispatcher = new Dispatcher({
      env,
      lingerMs: options.lingerMs,
      maxRequestBytes: this.#maxBatchBytes,
      maxInFlightPerBroker: MAX_IN_FLIGHT,
      maxInFlightPerPartition: options.idempotent ? 1 : MAX_IN_FLIGHT,
      leader: ({ topic, partition }) => this.#directory.leader(topic, partition)?.node,
      sender: (node) => this.#sender(node),
      take: (queue, leader) => this.#take(queue, leader),
      leaderless: () => this.#directory.refresh(),
    });
    this.#live = new LiveBatches(env.clock, options.deliveryTimeoutMs, (batch, queue) => {
      queue.remove(batch);
      batch.fail(expired(queue, batch, options.deliveryTimeoutMs));
    });
    this.#ids = new ProducerIds({
      env,
      wire,
      requestTimeoutMs,
      ready: () => this.#dispatcher.soon(),
      failed: (error) => {
        for (const route of this.#directory.routes()) this.#failRoute(route, error);
      },
    });
  }

  send(topic: string, records: readonly ProducerRecord[]): Promise<readonly RecordMetadata[]> {
    if (this.#closing !== undefined)
      return Promise.reject(new PartitaError('CLOSED', 'The producer is closed.', { topic }));
    if (records.length === 0) return Promise.resolve([]);
    const call = new SendCall(records.length);
    this.#calls.add(call);
    const done = (): void => {
      this.#calls.delete(call);
    };
    call.promise.then(done, done);
    const route = this.#route(topic);
    if (route.queues.length === 0 || route.isWaitedFor) route.wait(call, records);
    else this.#appendAll(route, call, records);
    return call.promise;
  }

  async flush(): Promise<void> {
    this.#flushes++;
    this.#dispatcher.hurry(true);
    await Promise.allSettled([...this.#calls].map(({ promise }) => promise));
    if (--this.#flushes === 0) this.#dispatcher.hurry(false);
  }

  close(): Promise<void> {
    this.#closing ??= this.flush().then(() => this.#stop());
    return this.#closing;
  }

  #stop(): void {
    this.#dispatcher.stop();
    this.#directory.close();
    this.#ids.close();
    for (const sender of this.#senders.values()) sender.close();
  }

  #route(topic: string): TopicRoute {
    const known = this.#directory.route(topic);
    if (known !== undefined) return known;
    const route = new TopicRoute(topic);
    this.#directory.add(route);
    return route;
  }

  #release(route: TopicRoute): void {
    for (const { call, records } of route.release()) this.#appendAll(route, call, records);
    this.#dispatcher.soon();
  }

  #appendAll(route: TopicRoute, call: SendCall, records: readonly ProducerRecord[]): void {
    const nowMs = this.#deps.env.clock.now();
    for (let i = 0; i < records.length; i++)
      this.#append(route, call, i, records[i] as ProducerRecord, nowMs);
  }

  #append(
    route: TopicRoute,
    call: SendCall,
    index: number,
    record: ProducerRecord,
    nowMs: number,
  ): void {
    const { topic, queues } = route;
    let content: RecordContent;
    try {
      content = recordContent(record, nowMs, topic);
    } catch (error) {
      call.fail(index, error as PartitaError);
      return;
    }
    const { key, value, headers, sizeBytes } = content;
    const takes = sizeBytes + framingBytes(headers);
    if (takes > this.#maxBatchBytes) {
      call.fail(index, oversized(topic, sizeBytes, this.#maxBatchBytes));
      return;
    }
    const partition =
      record.partition ??
      choosePartition(this.#deps.chooser, { topic, key, sizeBytes }, queues.length);
    if (PartitaError.is(partition)) {
      call.fail(index, partition);
      return;
    }
    const queue = queues[partition];
    if (queue === undefined) {
      this.#appendLate(route, call, index, record, partition);
      return;
    }
    const batch = queue.batchFor(takes, this.#batchBytes, nowMs);
    if (batch.count === 0) this.#begun(queue, batch, nowMs);
    batch.append(call, index, key, value, headers, content.timestampMs);
    if (batch.sizeBytes >= this.#batchBytes) queue.closeOpen();
  }

  /** The partition may have been added since we asked last. */
  #appendLate(
    route: TopicRoute,
    call: SendCall,
    index: number,
    record: ProducerRecord,
    partition: number,
  ): void {
    const isPartition = Number.isInteger(partition) && partition >= 0;
    const looked = isPartition ? this.#directory.lookAgain(route) : Promise.resolve();
    looked.then(
      () => {
        const { topic, queues } = route;
        if (queues[partition] !== undefined)
          this.#append(route, call, index, { ...record, partition }, this.#deps.env.clock.now());
        else call.fail(index, noPartition(topic, partition, queues.length));
      },
      (error: unknown) => call.fail(index, error as PartitaError),
    );
  }

  #begun(queue: PartitionQueue, batch: Delivery['batch'], nowMs: number): void {
    this.#live.add(batch, queue);
    this.#dispatcher.add(queue);
    const { lingerMs } = this.#options;
    // A second batch of the partition means that the one before is full.
    if (lingerMs > 0) this.#dispatcher.wakeAt(nowMs + lingerMs);
    this.#dispatcher.soon();
  }

  #sender(node: BrokerNode): BrokerSender {
    const known = this.#senders.get(node.nodeId);
    if (known?.isAt(node)) return known;
    known?.close();
    const sender = new BrokerSender(this.#deps.wire, node, {
      acks: acksOnWire[this.#options.acks],
      requestTimeoutMs: this.#deps.requestTimeoutMs,
      done: (delivery, outcome) => this.#done(delivery, outcome),
    });
    this.#senders.set(node.nodeId, sender);
    return sender;
  }

  #take(queue: PartitionQueue, leader: BrokerNode): Delivery | undefined {
    const { idempotent, compression } = this.#options;
    if (idempotent && !this.#identify(queue, leader)) return undefined;
    const batch = queue.take();
    if (batch === undefined) return undefined;
    try {
      if (queue.identity !== undefined)
        batch.stamp(compression, queue.identity, queue.nextSequence);
      const bytes = batch.bytes(compression);
      batch.attempts++;
      queue.inFlight++;
      return { queue, batch, bytes };
    } catch (cause) {
      this.#live.delete(batch);
      const message = `Records could not be compressed with ${compression}: ${String(cause)}`;
      batch.fail(new PartitaError('UNSUPPORTED', message, { topic: queue.topic, cause }));
      return undefined;
    }
  }

  #identify(queue: PartitionQueue, leader: BrokerNode): boolean {
    if (queue.identity !== undefined) return true;
    const { current } = this.#ids;
    if (current !== undefined && queue.adopt(current)) return true;
    this.#ids.renew(leader);
    return false;
  }

  #done(delivery: Delivery, outcome: ProduceOutcome): void {
    const { queue, batch } = delivery;
    const { env } = this.#deps;
    queue.inFlight--;
    const settlement = {
      nowMs: env.clock.now(),
      random: env.random,
      idempotent: this.#options.idempotent,
    };
    const { batches, stale } = settleBatch(delivery, outcome, settlement);
    const gone = this.#directory.route(queue.topic)?.queues[queue.partition] !== queue;
    if (!batches.includes(batch)) {
      this.#live.delete(batch);
      for (const part of batches) this.#live.add(part, queue);
    }
    queue.putBack(batches);
    if (gone) this.#failQueue(queue, batch.lastError ?? topicGone(queue.topic));
    this.#dispatcher.add(queue);
    if (stale) this.#directory.refresh();
    else if (outcome.kind === 'written') this.#directory.settled();
    this.#directory.refreshOld();
    this.#dispatcher.soon();
  }

  #failRoute(route: TopicRoute, error: PartitaError): void {
    route.failWaiting(error);
    for (const queue of route.queues) this.#failQueue(queue, error);
  }

  #failQueue(queue: PartitionQueue, error: PartitaError): void {
    for (const batch of queue.clear()) {
      this.#live.delete(batch);
      batch.fail(error);
    }
  }
}
