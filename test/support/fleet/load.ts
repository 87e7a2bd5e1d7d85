import { setTimeout as wait } from 'node:timers/promises';
import type { Producer } from '../../../src/index.ts';

const perSend = 2_000;

export interface LoadOptions {
  readonly topic: string;
  readonly records: number;
  readonly keys: number;
  readonly perSecond: number;
}

/** Produces numbered records of many keys at a steady rate, and counts what was acknowledged. */
export class Load {
  readonly perKey: number[];
  #produced = 0;
  readonly #producer: Producer;
  readonly #options: LoadOptions;

  constructor(producer: Producer, options: LoadOptions) {
    this.#producer = producer;
    this.#options = options;
    this.perKey = new Array<number>(options.keys).fill(0);
  }

  get produced(): number {
    return this.#produced;
  }

  async run(): Promise<void> {
    const { topic, records, keys, perSecond } = this.#options;
    const startedAt = Date.now();
    for (let next = 0; next < records; next += perSend) {
      const size = Math.min(perSend, records - next);
      const batch = Array.from({ length: size }, (_, i) => {
        const key = (next + i) % keys;
        this.perKey[key] = (this.perKey[key] ?? 0) + 1;
        return { key: uint32(key), value: uint32(this.perKey[key] ?? 0) };
      });
      await this.#producer.send(topic, batch);
      this.#produced += size;
      const aheadMs = (this.#produced / perSecond) * 1_000 - (Date.now() - startedAt);
      if (aheadMs > 0) await wait(aheadMs);
    }
  }

  /** Resolves when so many are acknowledged. */
  async reached(records: number): Promise<void> {
    while (this.#produced < records) await wait(20);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
