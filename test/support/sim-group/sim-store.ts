import { memoryCheckpointStore } from '../../../src/backends/eventhubs/store/memory-checkpoint-store.ts';
import {
  type CheckpointEntry,
  type CheckpointStore,
  type GroupSnapshot,
  PartitaError,
  type Random,
  type Stamp,
  sleep,
} from '../../../src/core/index.ts';
import type { VirtualClock } from '../../../src/testing/index.ts';

export interface SimStoreOptions {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** How far the store's clock is ahead. */
  readonly skewMs?: number;
}

export interface SimLink {
  readonly gate: () => Promise<void>;
  readonly isCut: () => boolean;
}

export type Operation = 'check' | 'load' | 'member' | 'ownership' | 'checkpoint' | 'remove';

/** A store as it is at the other end of a network: slow, sometimes down, and not always heard. Times in whole seconds. */
export class SimStore {
  readonly calls: { readonly operation: Operation; readonly atMs: number }[] = [];
  readonly inner: CheckpointStore;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  /** How likely a call fails, is done but not answered in time, or is done late and not answered. */
  faults = { fail: 0, loseAnswer: 0, late: 0 };
  /** Heartbeats have no such trouble: nobody loses its lease by it. */
  sparesHeartbeats = false;
  latencyMs = 20;
  /**
   * How long some looks at the group take while others write. Kinds of records are then read one after the other, in any order:
   * the port promises to show what was written before the look began, and nothing of what is written meanwhile.
   */
  scanMs = 0;
  isDown = false;
  /** What was stored by whom, when it takes effect. */
  onCheckpoint: (stored: CheckpointEntry) => void = () => {};

  constructor({ clock, random, skewMs = 0 }: SimStoreOptions) {
    this.#clock = clock;
    this.#random = random;
    this.inner = memoryCheckpointStore({
      now: () => Math.floor((clock.now() + skewMs) / 1000) * 1000,
    });
  }

  count(operation: Operation, sinceMs = 0): number {
    return this.calls.filter((call) => call.operation === operation && call.atMs >= sinceMs).length;
  }

  /** As one member reaches it: `gate` holds answers back while its process stands still, `isCut` is its network. */
  connect({ gate, isCut }: SimLink): CheckpointStore {
    const { inner } = this;
    const call = <T>(operation: Operation, run: () => Promise<T>) =>
      this.#call(operation, run, { gate, isCut });
    return {
      name: 'the store of the simulation',
      check: (group) => call('check', () => inner.check(group)),
      load: (group, topics): Promise<GroupSnapshot> =>
        call('load', () => this.#scan(() => inner.load(group, topics))),
      putMember: (group, entry, etag) => call('member', () => inner.putMember(group, entry, etag)),
      removeMember: (group, key, etag) =>
        call('remove', () => inner.removeMember(group, key, etag)),
      putOwnership: (group, entry, etag) =>
        call('ownership', () => inner.putOwnership(group, entry, etag)),
      putCheckpoint: (group, entry, etag): Promise<Stamp | null> =>
        call('checkpoint', async () => {
          const stamp = await inner.putCheckpoint(group, entry, etag);
          if (stamp !== null) this.onCheckpoint(entry);
          return stamp;
        }),
    };
  }

  async #scan(load: () => Promise<GroupSnapshot>): Promise<GroupSnapshot> {
    if (this.scanMs === 0 || this.#random() < 0.6) return load();
    const kinds = ['members', 'ownerships', 'checkpoints'] as const;
    const order = kinds
      .map((kind) => ({ kind, place: this.#random() }))
      .sort((a, b) => a.place - b.place);
    let snapshot = await load();
    for (const { kind } of order) {
      await sleep(this.#clock, this.scanMs * this.#random());
      snapshot = { ...snapshot, [kind]: (await load())[kind] };
    }
    return snapshot;
  }

  async #call<T>(
    operation: Operation,
    run: () => Promise<T>,
    { gate, isCut }: SimLink,
  ): Promise<T> {
    await gate();
    this.calls.push({ operation, atMs: this.#clock.now() });
    await sleep(this.#clock, this.latencyMs * this.#random());
    const spared = this.sparesHeartbeats && operation === 'member';
    const { fail, loseAnswer, late } = spared ? noFaults : this.faults;
    const chance = this.#random();
    try {
      if (this.isDown || isCut() || chance < fail) throw unavailable();
      if (chance < fail + late) await sleep(this.#clock, 20_000 * this.#random());
      const answer = await run();
      await sleep(this.#clock, this.latencyMs * this.#random());
      if (chance > 1 - loseAnswer) await sleep(this.#clock, 100_000);
      return answer;
    } finally {
      await gate();
    }
  }
}

const noFaults = { fail: 0, loseAnswer: 0, late: 0 };

function unavailable(): PartitaError {
  return new PartitaError('UNAVAILABLE', 'the store is down', { retriable: true });
}
