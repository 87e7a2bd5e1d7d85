import type { PartitaError, ProducerRecord } from '../../../core/index.ts';
import { PartitionQueue } from './partition-queue.ts';
import { copyRecord } from './record-bytes.ts';
import type { SendCall } from './send-call.ts';

interface Waiting {
  readonly call: SendCall;
  readonly records: readonly ProducerRecord[];
}

/** A topic we write to: the queues of its partitions, and the calls that wait until these are known. */
export class TopicRoute {
  readonly topic: string;
  /** Empty until the topic was found. */
  readonly queues: PartitionQueue[] = [];
  /** Since when the cluster says that the topic does not exist. */
  missingSinceMs: number | undefined;
  #waiting: Waiting[] = [];

  constructor(topic: string) {
    this.topic = topic;
  }

  wait(call: SendCall, records: readonly ProducerRecord[]): void {
    this.#waiting.push({ call, records: records.map(copyRecord) });
  }

  get isWaitedFor(): boolean {
    return this.#waiting.length > 0;
  }

  /** The calls that waited, in their order; they wait no more. */
  release(): readonly Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Gives the queues of partitions that are no more: the topic was made anew with fewer. */
  resize(partitions: number): readonly PartitionQueue[] {
    for (let partition = this.queues.length; partition < partitions; partition++)
      this.queues.push(new PartitionQueue(this.topic, partition));
    return this.queues.splice(partitions);
  }

  failWaiting(error: PartitaError): void {
    for (const { call, records } of this.release())
      for (let i = 0; i < records.length; i++) call.fail(i, error);
  }
}
