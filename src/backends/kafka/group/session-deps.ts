import type { BackendEnv } from '../../../core/index.ts';
import type { createFetcher } from '../fetch/fetcher.ts';
import type { Wire } from '../wire/wire.ts';

export interface GroupSessionDeps {
  readonly wire: Wire;
  readonly env: BackendEnv;
  /** How often new partitions, and new topics of a pattern, are looked for, in milliseconds. @default 30_000 */
  readonly metadataRefreshMs?: number;
  /** Highest version of Fetch to use. @default no limit */
  readonly maxFetchVersion?: number;
  /** Makes the fetcher; simulations bring their own. @default createFetcher */
  readonly createFetcher?: typeof createFetcher;
}
