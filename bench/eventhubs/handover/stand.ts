import {
  type EmulatorProcess,
  startEmulatorProcess,
} from '../../../test/support/emulator-process.ts';
import {
  ProcessGroup,
  type SharedTask,
} from '../../../test/support/event-hubs/fleet/process-group.ts';
import { StorageProxy } from '../../../test/support/storage-proxy.ts';
import type { Contender } from './contenders.ts';
import { settings } from './settings.ts';
import { StorageMeter } from './storage-meter.ts';

/** Emulator and blob storage, each in a process of its own, and what counts the calls between members and storage. */
export class Stand implements AsyncDisposable {
  readonly connectionString: string;
  readonly proxy: StorageProxy;
  readonly meter: StorageMeter;
  readonly #emulator: EmulatorProcess;
  readonly #storage: string;

  private constructor(emulator: EmulatorProcess, proxy: StorageProxy, storage: string) {
    this.#emulator = emulator;
    this.proxy = proxy;
    this.meter = new StorageMeter(proxy);
    this.#storage = storage;
    this.connectionString = emulator.variables.EVENTHUBS_CONNECTION_STRING ?? '';
  }

  /** `hubs`: partitions by name. */
  static async open(hubs: Readonly<Record<string, number>>): Promise<Stand> {
    const emulator = await startEmulatorProcess([
      ...['--port', '0', '--with-storage'],
      ...Object.entries(hubs).flatMap(([name, partitions]) => [
        '--hub',
        `${name}:${partitions}:group`,
      ]),
    ]);
    const connectionString = emulator.variables.STORAGE_CONNECTION_STRING ?? '';
    const port = Number(/:(\d+)\//.exec(connectionString)?.[1]);
    const proxy = new StorageProxy({ connectionString, port });
    const storage = await proxy.listen();
    return new Stand(emulator, proxy, storage);
  }

  group(
    hub: string,
    partitions: number,
    { script, more }: Pick<Contender, 'script' | 'more'>,
    changed: Partial<SharedTask> = {},
  ): ProcessGroup {
    const { intervalMs, expiryMs, handleMs } = settings;
    return new ProcessGroup(script, partitions, {
      ...{ hub, group: 'group', container: 'checkpoints' },
      ...{ connectionString: this.connectionString, storage: this.#storage },
      ...{ intervalMs, expiryMs, handleMs },
      ...more,
      ...changed,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]();
    await this.#emulator.stop();
  }
}
