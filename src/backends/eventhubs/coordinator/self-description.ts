import { type MemberEntry, PartitaError, type Random } from '../../../core/index.ts';
import { nothingOwned } from './group-view.ts';
import type { ResolvedCoordinatorOptions } from './options.ts';

type Options = Pick<
  ResolvedCoordinatorOptions,
  | 'env'
  | 'assignors'
  | 'instanceId'
  | 'rack'
  | 'sessionTimeoutMs'
  | 'topics'
  | 'partitionCounts'
  | 'partitionRefreshMs'
>;

/** What this member tells the others about itself. */
export class SelfDescription {
  /** A static member has the same id after a restart, and so finds its partitions. */
  readonly memberId: string;
  readonly #session: string;
  readonly #options: Options;
  readonly #keys: readonly string[];
  #counts: Readonly<Record<string, number>> = {};
  #countedMs = Number.NEGATIVE_INFINITY;

  /** `keys` are the topics in lower case. */
  constructor(options: Options, keys: readonly string[]) {
    const { env, instanceId } = options;
    this.#options = options;
    this.#keys = keys;
    this.#session = randomText(env.random);
    this.memberId = instanceId ?? `${env.clientId}-${randomText(env.random)}`;
  }

  get entry(): Omit<MemberEntry, 'topic'> {
    const { env, assignors, instanceId, rack, sessionTimeoutMs } = this.#options;
    return {
      memberId: this.memberId,
      session: this.#session,
      topics: this.#counts,
      assignors: assignors.map(({ name }) => name),
      userData: this.#userData(),
      sessionTimeoutMs,
      clientId: env.clientId,
      ...(instanceId !== undefined && { instanceId }),
      ...(rack !== undefined && { rack }),
    };
  }

  /** @throws what `partitionCounts` throws, and PartitaError `UNKNOWN_TOPIC` for a hub that it leaves out */
  async countPartitions(): Promise<void> {
    const { env, topics, partitionCounts } = this.#options;
    const counts = await partitionCounts(topics);
    const missing = topics.filter((topic) => !counts.has(topic));
    if (missing.length > 0)
      throw new PartitaError(
        'UNKNOWN_TOPIC',
        `There is no event hub ${missing.join(', ')} in this namespace. Create it, or correct the topics`,
      );
    this.#counts = Object.fromEntries(
      this.#keys.map((key, i) => [key, counts.get(topics[i] ?? '') ?? 0]),
    );
    this.#countedMs = env.clock.now();
  }

  /** Counts again when it is time; on failure what is known goes on to hold. */
  async refreshPartitions(): Promise<void> {
    const { env, partitionRefreshMs } = this.#options;
    if (env.clock.now() - this.#countedMs < partitionRefreshMs) return;
    this.#countedMs = env.clock.now();
    try {
      await this.countPartitions();
    } catch (error) {
      env.log.warn('Partitions could not be counted again; partitions added since are not read', {
        error,
      });
    }
  }

  #userData(): Readonly<Record<string, Uint8Array>> {
    const userData: Record<string, Uint8Array> = {};
    for (const assignor of this.#options.assignors) {
      const bytes = assignor.userData?.(nothingOwned(this.#keys));
      if (bytes) userData[assignor.name] = bytes;
    }
    return userData;
  }
}

/** 48 random bits: two of the same in a group are not to be expected. */
function randomText(random: Random): string {
  return Math.floor(random() * 2 ** 48)
    .toString(36)
    .padStart(10, '0');
}
