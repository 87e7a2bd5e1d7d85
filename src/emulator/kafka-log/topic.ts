import type { BatchRules } from './batch-check.ts';
import type { LogLimits } from './batch-log.ts';
import { Partition } from './partition.ts';

/** One topic: its partitions and its settings. */
export class Topic {
  readonly name: string;
  /** Base64url of 16 bytes. */
  readonly id: string;
  readonly configs: ReadonlyMap<string, string>;
  readonly batchRules: BatchRules;
  readonly #limits: LogLimits;
  readonly #partitions: Partition[] = [];

  constructor(name: string, id: string, configs: ReadonlyMap<string, string>, limits: LogLimits) {
    this.name = name;
    this.id = id;
    this.configs = configs;
    this.#limits = {
      maxBytes: numberOf(configs, 'retention.bytes') ?? limits.maxBytes,
      maxAgeMs: numberOf(configs, 'retention.ms') ?? limits.maxAgeMs,
    };
    this.batchRules = {
      maxBatchBytes: numberOf(configs, 'max.message.bytes') ?? DEFAULT_MAX_BATCH_BYTES,
      keysRequired: configs.get('cleanup.policy')?.includes('compact') ?? false,
      appendTime: configs.get('message.timestamp.type') === 'LogAppendTime',
    };
  }

  get partitions(): readonly Partition[] {
    return this.#partitions;
  }

  growTo(count: number): void {
    while (this.#partitions.length < count) this.#partitions.push(new Partition(this.#limits));
  }
}

/** Kafka's default of `message.max.bytes`: 1 MiB and the batch header's 12 bytes of prefix. */
const DEFAULT_MAX_BATCH_BYTES = 1024 * 1024 + 12;

/** A negative number means without limit, as in Kafka; the limits of the broker then hold. */
function numberOf(configs: ReadonlyMap<string, string>, name: string): number | undefined {
  const value = configs.get(name);
  return value === undefined || Number(value) < 0 ? undefined : Number(value);
}
