import { fileURLToPath } from 'node:url';
import { ContainerClient } from '@azure/storage-blob';
import { BlobCheckpointStore } from '../../../../src/backends/eventhubs/store/blob-checkpoint-store.ts';
import type { CheckpointRecord } from '../../../../src/core/index.ts';
import {
  type Emulator,
  type Storage,
  startEmulator,
  startStorage,
} from '../../../../src/emulator/index.ts';
import { until } from '../../until.ts';
import { auditPhases } from './audit.ts';
import { ProcessGroup } from './process-group.ts';
import { Traffic } from './traffic.ts';

const script = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
const ourMember = script('partita-member');
const container = 'checkpoints';

/** Emulator and blob storage for groups of processes. */
export class Theatre implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly storage: Storage;
  readonly container: ContainerClient;

  private constructor(emulator: Emulator, storage: Storage) {
    this.emulator = emulator;
    this.storage = storage;
    this.container = new ContainerClient(storage.connectionString, container);
  }

  static async open(): Promise<Theatre> {
    const theatre = new Theatre(await startEmulator({ hubs: ['unused:1'] }), await startStorage());
    await theatre.container.create();
    return theatre;
  }

  /** A hub with live production, and a group on it that nobody has joined yet. */
  stage(hub: string, partitions: number, { expiryMs = 4_000 } = {}): Stage {
    this.emulator.addHub({ name: hub, partitions, consumerGroups: ['group'] });
    const { connectionString } = this.emulator;
    const group = new ProcessGroup(ourMember, partitions, {
      ...{ connectionString, hub, group: 'group', handleMs: 10 },
      ...{ storage: this.storage.connectionString, container },
      ...{ intervalMs: 300, expiryMs },
    });
    const traffic = new Traffic({ connectionString, hub, partitions, everyMs: 300, perBatch: 4 });
    traffic.start();
    return new Stage({ hub, group, traffic, container: this.container });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
    await this.storage.close();
  }
}

export interface StageParts {
  readonly hub: string;
  readonly group: ProcessGroup;
  readonly traffic: Traffic;
  readonly container: ContainerClient;
}

/** One group on one hub. */
export class Stage implements AsyncDisposable {
  readonly group: ProcessGroup;
  readonly traffic: Traffic;
  readonly #hub: string;
  readonly #container: ContainerClient;

  constructor({ hub, group, traffic, container }: StageParts) {
    this.group = group;
    this.traffic = traffic;
    this.#hub = hub;
    this.#container = container;
  }

  /** A processor of the official SDK joins. */
  startOfficial(name: string): void {
    this.group.start(name, script('official-member'), { strategy: 'greedy' });
  }

  /** @throws Error that says who reads what */
  async balanced(): Promise<void> {
    if ((await this.group.balanced({ holdMs: 600, timeoutMs: 45_000 })) !== undefined) return;
    const sizes = this.group.members.map(({ name, reading }) => `${name}: ${[...reading]}`);
    throw new Error(`not balanced: ${sizes.join('; ')}\n${this.group.said(/warn/).join('\n')}`);
  }

  /** By partition. */
  async checkpoints(): Promise<readonly CheckpointRecord[]> {
    const store = new BlobCheckpointStore({ container: this.#container });
    const place = { namespace: 'localhost', group: 'group' };
    const { checkpoints } = await store.load(place, [this.#hub]);
    return checkpoints.toSorted((a, b) => a.partition - b.partition);
  }

  /** Production ends, everything is handled, and all members leave. */
  async finish(): Promise<{ readonly lost: number; readonly repeated: number }> {
    await this.traffic.stop();
    await until('every event is handled', () => this.#verdict().lost === 0);
    await this.group.stopAll();
    return this.#verdict();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.group[Symbol.asyncDispose]();
    await this.traffic[Symbol.asyncDispose]();
  }

  #verdict(): { readonly lost: number; readonly repeated: number } {
    const phases = [{ name: 'all', fromNs: 0n }];
    const [verdict] = auditPhases(this.group.handled(), this.traffic.sentNs, phases);
    return { lost: verdict?.lost ?? 0, repeated: verdict?.repeated ?? 0 };
  }
}
