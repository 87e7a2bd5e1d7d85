import { InvalidConfigError, OptionCheck } from '../core/index.ts';

/** Where `deduplicate` remembers what was handled. Its errors fail the record: nothing is left out on a guess. */
export interface DeduplicationStore {
  /** Those of the keys that are remembered at that time. */
  seen(keys: readonly string[], nowMs: number): Promise<ReadonlySet<string>>;
  /** Remembers these, each once, until then. Some may be remembered already. */
  remember(keys: readonly string[], untilMs: number): Promise<void>;
}

export interface MemoryDeduplicationOptions {
  /** Most keys; beyond it those remembered first are forgotten. @default 100_000 */
  readonly maxKeys?: number;
}

/**
 * Remembers in this process, until it ends. For copies that come soon after each other and go to the same partition.
 *
 * @throws InvalidConfigError when `maxKeys` is no whole number above 0.
 */
export function memoryDeduplication(options: MemoryDeduplicationOptions = {}): DeduplicationStore {
  const check = new OptionCheck();
  const given: MemoryDeduplicationOptions = check.object('options', options);
  check.known('', given, ['maxKeys']);
  const maxKeys = check.count('maxKeys', given.maxKeys ?? 100_000, 1);
  if (check.problems.length > 0)
    throw new InvalidConfigError('memory deduplication options', check.problems);
  /** In the order in which they were remembered. */
  const untilMs = new Map<string, number>();
  return {
    async seen(keys, nowMs) {
      return new Set(keys.filter((key) => (untilMs.get(key) ?? 0) > nowMs));
    },
    async remember(keys, until) {
      for (const key of keys) {
        untilMs.delete(key);
        untilMs.set(key, until);
      }
      for (const key of untilMs.keys()) {
        if (untilMs.size <= maxKeys) break;
        untilMs.delete(key);
      }
    },
  };
}
