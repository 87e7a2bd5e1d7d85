import type { ApiVersionRange } from '../../../protocol/index.ts';

interface VersionedApi {
  readonly key: number;
  readonly versions: { readonly min: number; readonly max: number };
}

/** Versions that one broker offers, below the ceilings of the profile. */
export class VersionTable {
  readonly #offered: ReadonlyMap<number, ApiVersionRange>;
  readonly #ceilings: ReadonlyMap<number, number>;

  constructor(offered: readonly ApiVersionRange[], ceilings: ReadonlyMap<number, number>) {
    this.#offered = new Map(offered.map((range) => [range.apiKey, range]));
    this.#ceilings = ceilings;
  }

  /**
   * The highest version that the broker, the profile and we have in common. The broker's minimum counts as well: a request
   * below it is answered by closing the socket, without a word (KIP-896 raised the minima).
   */
  common(
    { key, versions }: VersionedApi,
    maxVersion: number = Number.POSITIVE_INFINITY,
  ): number | undefined {
    const offered = this.#offered.get(key);
    if (offered === undefined) return undefined;
    const ceiling = this.#ceilings.get(key) ?? Number.POSITIVE_INFINITY;
    const best = Math.min(versions.max, offered.maxVersion, ceiling, maxVersion);
    return best >= Math.max(versions.min, offered.minVersion) ? best : undefined;
  }

  /** `1-7`, or `nothing`; for messages. */
  describe(key: number): string {
    const offered = this.#offered.get(key);
    return offered === undefined ? 'nothing' : `${offered.minVersion}-${offered.maxVersion}`;
  }

  /** As KafkaJS wants it, for its SASL requests. */
  toKafkaJs(): Readonly<Record<number, { minVersion: number; maxVersion: number }>> {
    return Object.fromEntries(
      [...this.#offered].map(([key, { minVersion, maxVersion }]) => [
        key,
        { minVersion, maxVersion },
      ]),
    );
  }
}
