import { createGroupSession } from '../../src/backends/kafka/group/group-session.ts';
import type { KafkaJsWire } from '../../src/backends/kafka/wire/kafkajs-wire.ts';
import type {
  CommitFailure,
  GroupOptions,
  GroupSession,
  PartitionCommit,
} from '../../src/core/index.ts';
import { openWire, realEnv } from './open-wire.ts';
import { RecordingListener } from './recording-listener.ts';

/** A group session on real brokers that commits what it was pushed before it gives a partition up, as the engine would. */
export class KafkaTestMember {
  readonly listener: RecordingListener = new RecordingListener();
  readonly session: GroupSession;
  /** Commits of hand-overs that were not stored. */
  readonly failures: CommitFailure[] = [];
  readonly #wire: KafkaJsWire;

  constructor(bootstrap: readonly string[], options: GroupOptions) {
    this.#wire = openWire(bootstrap);
    this.listener.drain = async (removed) => {
      const commits = removed.flatMap((each) => this.read(each.topic, each.partition));
      this.failures.push(...(await this.session.commit(commits)));
    };
    const deps = { wire: this.#wire, env: realEnv, metadataRefreshMs: 500 };
    this.session = createGroupSession(deps, options, this.listener);
  }

  get owned(): number {
    return this.listener.owned.size;
  }

  get settled(): boolean {
    return this.listener.states.at(-1)?.state === 'stable';
  }

  /** The position behind everything of a partition that was pushed. */
  read(topic: string, partition: number): PartitionCommit[] {
    const owned = this.listener.owned.get(`${topic}-${partition}`);
    if (owned === undefined) return [];
    const last = this.listener.batches.findLast(
      (batch) => batch.topic === topic && batch.partition === partition,
    );
    const position = last?.next ?? owned.position;
    return [{ topic, partition, epoch: owned.epoch, position, metadata: '' }];
  }

  async stop(leave = true): Promise<void> {
    await this.session.close({ leave });
    await this.#wire.close();
  }
}
