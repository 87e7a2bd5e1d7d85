import { type BackendEnv, type PartitaError, sleep } from '../../../core/index.ts';
import { errorCode, initProducerIdApi } from '../../../protocol/index.ts';
import { backoffMs } from '../backoff.ts';
import { kafkaError } from '../wire/kafka-error.ts';
import type { BrokerAddress, Link, Wire } from '../wire/wire.ts';
import { OutageLog } from './outage-log.ts';
import type { ProducerIdentity } from './pending-batch.ts';

export interface ProducerIdsOptions {
  readonly env: BackendEnv;
  readonly wire: Wire;
  readonly requestTimeoutMs: number;
  ready(): void;
  failed(error: PartitaError): void;
}

/** Unused without a transaction, but the field is there. */
const TRANSACTION_TIMEOUT_MS = 60_000;

/** Gets producer ids from the cluster: one for all partitions, and another when a partition cannot go on with it. */
export class ProducerIds {
  readonly #options: ProducerIdsOptions;
  readonly #stop = new AbortController();
  readonly #outage: OutageLog;
  #current: ProducerIdentity | undefined;
  #asking = false;
  #link: Link | undefined;

  constructor(options: ProducerIdsOptions) {
    this.#options = options;
    this.#outage = new OutageLog(options.env.log, 'producer: asking for a producer id');
  }

  get current(): ProducerIdentity | undefined {
    return this.#current;
  }

  /** Asks `broker` for an id that is not `used`; `ready` or `failed` follows. Once at a time. */
  renew(broker: BrokerAddress): void {
    if (this.#asking || this.#stop.signal.aborted) return;
    this.#asking = true;
    this.#ask(broker).then(
      (identity) => {
        this.#current = identity;
        this.#asking = false;
        this.#outage.succeeded();
        this.#options.ready();
      },
      (error: unknown) => {
        this.#asking = false;
        this.#failed(error as PartitaError);
      },
    );
  }

  close(): void {
    this.#stop.abort();
    this.#link?.close();
  }

  async #ask(broker: BrokerAddress): Promise<ProducerIdentity> {
    const { wire, requestTimeoutMs: timeoutMs } = this.#options;
    this.#link = wire.link(broker, 'producer id');
    try {
      const answer = await this.#link.send(
        initProducerIdApi,
        { transactionalId: null, transactionTimeoutMs: TRANSACTION_TIMEOUT_MS },
        { timeoutMs },
      );
      if (answer.errorCode !== errorCode.NONE)
        throw kafkaError(answer.errorCode, 'Request for a producer id');
      return { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
    } finally {
      this.#link.close();
    }
  }

  /** Passing trouble: `ready` after a pause makes the producer ask again, perhaps another broker. */
  #failed(error: PartitaError): void {
    const { env, ready, failed } = this.#options;
    if (!error.retriable) {
      failed(error);
      return;
    }
    this.#outage.failed(error);
    sleep(env.clock, backoffMs(3, env.random), this.#stop.signal).then(ready, ready);
  }
}
