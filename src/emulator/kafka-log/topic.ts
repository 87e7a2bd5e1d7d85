import type { BatchRules } from './batch-check.ts';
import type { LogLimits, LogParts } from './batch-log.ts';
import { Partition } from './partition.ts';

/** What a topic is made of. */
export interface TopicParts {
  /** Where a setting of the topic does not say otherwise. */
  readonly limits: LogLimits;
  readonly createdAtMs: number;
  /** For the log of each partition. */
  partsOf(partition: number): LogParts;
}

/** One topic: its partitions and its settings. */
export class Topic {
  readonly name: string;
  /** Base64url of 16 bytes. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly #parts: TopicParts;
  readonly #partitions: Partition[] = [];
  #configs: ReadonlyMap<string, string>;
  #batchRules: BatchRules;
  /** Logs look again at each append, so that settings act at once. */
  readonly #limits: LogLimits;

  constructor(name: string, id: string, configs: ReadonlyMap<string, string>, parts: TopicParts) {
    this.name = name;
    this.id = id;
    this.createdAtMs = parts.createdAtMs;
    this.#parts = parts;
    this.#configs = configs;
    this.#batchRules = rulesOf(configs);
    const limit = (setting: string) => numberOf(this.#configs, setting);
    this.#limits = {
      get maxBytes() {
        return limit('retention.bytes') ?? parts.limits.maxBytes;
      },
      get maxAgeMs() {
        return limit('retention.ms') ?? parts.limits.maxAgeMs;
      },
    };
  }

  get partitions(): readonly Partition[] {
    return this.#partitions;
  }

  get configs(): ReadonlyMap<string, string> {
    return this.#configs;
  }

  get batchRules(): BatchRules {
    return this.#batchRules;
  }

  /** Settings that are not among them have their defaults. To be used by `Topics`, which keeps them. */
  configure(configs: ReadonlyMap<string, string>): void {
    this.#configs = configs;
    this.#batchRules = rulesOf(configs);
  }

  /** To be used by `Topics`, which keeps the number. */
  growTo(count: number): void {
    for (let index = this.#partitions.length; index < count; index++)
      this.#partitions.push(new Partition(this.#limits, this.#parts.partsOf(index)));
  }
}

/** Kafka's default of `message.max.bytes`: 1 MiB and the batch header's 12 bytes of prefix. */
const DEFAULT_MAX_BATCH_BYTES = 1024 * 1024 + 12;

function rulesOf(configs: ReadonlyMap<string, string>): BatchRules {
  return {
    maxBatchBytes: numberOf(configs, 'max.message.bytes') ?? DEFAULT_MAX_BATCH_BYTES,
    keysRequired: configs.get('cleanup.policy')?.includes('compact') ?? false,
    appendTime: configs.get('message.timestamp.type') === 'LogAppendTime',
  };
}

/** A negative number means without limit, as in Kafka; the limits of the broker then hold. */
function numberOf(configs: ReadonlyMap<string, string>, name: string): number | undefined {
  const value = configs.get(name);
  return value === undefined || Number(value) < 0 ? undefined : Number(value);
}
