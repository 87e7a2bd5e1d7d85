import { type PartitaError, ProduceError, type RecordMetadata } from '../../../core/index.ts';

/** One `send`: a single promise for all its records, and a result for each. */
export class SendCall {
  readonly promise: Promise<readonly RecordMetadata[]>;
  readonly #results: (RecordMetadata | PartitaError)[];
  readonly #resolve: (results: readonly RecordMetadata[]) => void;
  readonly #reject: (error: ProduceError) => void;
  #left: number;
  #failed = false;

  constructor(records: number) {
    this.#results = new Array(records);
    this.#left = records;
    const { promise, resolve, reject } = Promise.withResolvers<readonly RecordMetadata[]>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  acknowledge(index: number, topic: string, partition: number, offset: number): void {
    this.#results[index] = { topic, partition, offset };
    if (--this.#left === 0) this.#finish();
  }

  fail(index: number, error: PartitaError): void {
    this.#failed = true;
    this.#results[index] = error;
    if (--this.#left === 0) this.#finish();
  }

  #finish(): void {
    if (this.#failed) this.#reject(new ProduceError(this.#results));
    else this.#resolve(this.#results as RecordMetadata[]);
  }
}
