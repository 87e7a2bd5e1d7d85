import type { ApiVersionRange } from '../../protocol/index.ts';
import type { Endpoint } from '../kafka-requests/endpoint.ts';

export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** Highest version by the name of the request; -1: it is not served at all. */
export type VersionCeilings = ReadonlyMap<string, number>;

/** Which versions of which requests are served: what there is, below the ceilings of a preset and of faults. */
export class ServedVersions {
  readonly #endpoints: ReadonlyMap<number, Endpoint>;
  readonly #preset: VersionCeilings;
  #ceilings: VersionCeilings;

  constructor(endpoints: ReadonlyMap<number, Endpoint>, preset: VersionCeilings) {
    this.#endpoints = endpoints;
    this.#preset = preset;
    this.#ceilings = preset;
  }

  /** Undefined: not served. */
  of({ name, versions: { min, max } }: Endpoint): VersionRange | undefined {
    const ceiling = this.#ceilings.get(name);
    if (ceiling === undefined || ceiling >= max) return { min, max };
    return ceiling < min ? undefined : { min, max: ceiling };
  }

  /** As ApiVersions tells them. */
  get ranges(): readonly ApiVersionRange[] {
    return [...this.#endpoints.values()].flatMap((endpoint) => {
      const range = this.of(endpoint);
      return range === undefined
        ? []
        : [{ apiKey: endpoint.key, minVersion: range.min, maxVersion: range.max }];
    });
  }

  limit(api: string, maxVersion: number): void {
    const lowest = Math.min(maxVersion, this.#preset.get(api) ?? maxVersion);
    this.#ceilings = new Map([...this.#ceilings, [api, lowest]]);
  }

  /** Only the preset's ceilings stay. */
  clearLimits(): void {
    this.#ceilings = this.#preset;
  }
}
