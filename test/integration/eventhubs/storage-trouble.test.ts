import { setTimeout as wait } from 'node:timers/promises';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobCheckpoints, eventHubs } from '../../../src/backends/eventhubs/index.ts';
import { type AppEvent, createApp, type Logger, stopPartition } from '../../../src/core/index.ts';
import {
  type Emulator,
  type Storage,
  startEmulator,
  startStorage,
} from '../../../src/emulator/index.ts';
import { Traffic } from '../../support/event-hubs/fleet/traffic.ts';
import { realTarget } from '../../support/real-target.ts';
import { errorCode, type Refusal, StorageProxy } from '../../support/storage-proxy.ts';
import { until } from '../../support/until.ts';

const partitions = 8;

let emulator: Emulator;
let storage: Storage;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['unused:1'] });
  storage = await startStorage();
  await new ContainerClient(storage.connectionString, 'checkpoints').create();
});
afterAll(async () => {
  await emulator?.close();
  await storage?.close();
});

type Joined = ReturnType<typeof createApp>;

/** Members in this process, live production, and what stands between them and their storage. */
class World implements AsyncDisposable {
  readonly proxy = new StorageProxy(storage);
  readonly traffic: Traffic;
  readonly warnings: string[] = [];
  readonly infos: string[] = [];
  readonly events: AppEvent[] = [];
  readonly #hub: string;
  readonly #sessionTimeoutMs: number;
  readonly #apps = new Set<Joined>();
  /** Per event, as `partition/number`, how often it was handled. */
  readonly #handled = new Map<string, number>();
  #storage = '';

  constructor(hub: string, sessionTimeoutMs: number) {
    this.#hub = hub;
    this.#sessionTimeoutMs = sessionTimeoutMs;
    emulator.addHub({ name: hub, partitions, consumerGroups: ['group'] });
    const { connectionString } = emulator;
    this.traffic = new Traffic({ connectionString, hub, partitions, everyMs: 250, perBatch: 2 });
  }

  /** Two members share the partitions, and events flow. */
  async start(): Promise<void> {
    this.#storage = await this.proxy.listen();
    await Promise.all(['a', 'b'].map((clientId) => this.join(clientId)));
    await this.shared();
    this.traffic.start();
    await this.goesOn();
  }

  async join(clientId: string): Promise<Joined> {
    const app = this.#app(clientId);
    this.#apps.add(app);
    await app.start();
    return app;
  }

  async leave(app: Joined): Promise<void> {
    await app.stop();
    this.#apps.delete(app);
  }

  /** Each member has its share. */
  async shared(): Promise<void> {
    await until(
      'all share',
      () => {
        const sizes = this.#partitions().map(({ length }) => length);
        const sum = sizes.reduce((total, size) => total + size, 0);
        return sum === partitions && Math.max(...sizes) - Math.min(...sizes) <= 1;
      },
      { timeoutMs: 90_000 },
    );
  }

  /** Another so many events are handled. */
  async goesOn(count = 4 * partitions): Promise<void> {
    const enough = this.#handled.size + count;
    await until('events are handled on', () => this.#handled.size >= enough);
  }

  heal(): void {
    this.proxy.refuse = () => undefined;
    this.proxy.change = () => {};
  }

  /** Production ends, all of it is handled, and every position is stored. */
  async finish(): Promise<void> {
    await this.traffic.stop();
    const { produced } = this.traffic;
    await until('every event is handled', () => this.#handled.size === produced);
    const isStored = () =>
      this.#partitions().every((all) =>
        all.every(({ committed, frontier }) => committed === frontier),
      );
    await until('every position is stored', isStored);
  }

  /** How often an event was handled again. */
  get repeated(): number {
    return [...this.#handled.values()].reduce((sum, count) => sum + count - 1, 0);
  }

  get lost(): number {
    return this.events.filter((event) => event.kind === 'closed' && event.reason === 'lost').length;
  }

  count(kind: AppEvent['kind']): number {
    return this.events.filter((event) => event.kind === kind).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.heal();
    await this.traffic[Symbol.asyncDispose]();
    await Promise.all([...this.#apps].map((app) => app.stop()));
    await this.proxy[Symbol.asyncDispose]();
  }

  #partitions() {
    return [...this.#apps].map(({ consumers: [one] }) => one?.status().partitions ?? []);
  }

  #app(clientId: string): Joined {
    const { connectionString } = emulator;
    const checkpoints = blobCheckpoints({
      connectionString: this.#storage,
      container: 'checkpoints',
    });
    const backend = eventHubs({ connectionString, checkpoints });
    const logger: Logger = {
      debug: () => {},
      info: (message) => void this.infos.push(message),
      warn: (message) => void this.warnings.push(message),
      error: (message) => void this.warnings.push(message),
    };
    const app = createApp({ backend, clientId, logger }, realTarget(backend).system);
    app.on((event) => this.events.push(event));
    return app.consume(this.#hub, {
      ...{ group: 'group', sessionTimeoutMs: this.#sessionTimeoutMs },
      ...{ heartbeatIntervalMs: 250, rebalanceTimeoutMs: 10_000 },
      commit: { everyMs: 200 },
      onError: stopPartition(),
      handle: ({ value, partition }) => {
        const place = `${partition}/${value?.readUInt32LE(4)}`;
        this.#handled.set(place, (this.#handled.get(place) ?? 0) + 1);
      },
    });
  }
}

/** Every third write fails, each time in another way. */
function failures<T>(ways: readonly T[]): (method: string) => T | undefined {
  let writes = 0;
  return (method) => {
    if (method !== 'PUT' || ++writes % 3 !== 0) return undefined;
    return ways[(writes / 3) % ways.length];
  };
}

/** Side by side: they mostly wait. */
describe.concurrent('a group whose storage is in trouble', { timeout: 120_000 }, () => {
  it('loses and repeats nothing while answers take two to three seconds', async () => {
    await using world = new World('slow', 30_000);
    await world.start();
    world.proxy.refuse = () => wait(2_000 + Math.random() * 1_000).then(() => undefined);
    const committed = world.count('committed');
    const isStoring = () => world.count('committed') > committed + 2;
    await until('both store positions all the same', isStoring);
    await world.goesOn();
    world.heal();
    await world.finish();
    expect([world.lost, world.repeated], world.warnings.join('\n')).toEqual([0, 0]);
    expect(world.count('commitFailed')).toBe(0);
  });

  it('hands over without loss or repetition while many writes are refused', async () => {
    await using world = new World('refused', 30_000);
    await world.start();
    const next = failures<Refusal>([412, 409, 503, 'cut']);
    world.proxy.refuse = ({ method }) => next(method);
    const third = await world.join('c');
    await world.shared();
    await world.goesOn();
    await world.leave(third);
    await world.shared();
    world.heal();
    await world.finish();
    expect([world.lost, world.repeated], world.warnings.join('\n')).toEqual([0, 0]);
  });

  it('hands over without loss or repetition while many writes take effect and are said to have failed', async () => {
    await using world = new World('denied', 30_000);
    await world.start();
    const next = failures([412, 409, 503]);
    world.proxy.change = ({ method }, answer) => {
      const status = next(method);
      if (status !== undefined) Object.assign(answer, { status, headers: errorCode(status) });
    };
    const third = await world.join('c');
    await world.shared();
    await world.goesOn();
    await world.leave(third);
    await world.shared();
    world.heal();
    await world.finish();
    expect([world.lost, world.repeated], world.warnings.join('\n')).toEqual([0, 0]);
  });

  it('works on through an outage shorter than its lease, says so, and catches up with its commits', async () => {
    await using world = new World('outage', 30_000);
    await world.start();
    world.proxy.refuse = () => 'cut';
    await until('it is noticed', () => world.count('commitFailed') > 0);
    const downSince = performance.now();
    await world.goesOn();
    const committed = world.count('committed');
    await until('it has lasted for a while', () => performance.now() - downSince > 3_000);
    expect(world.count('committed')).toBe(committed);
    expect(world.warnings.join('\n')).toContain('Owned partitions are processed on');
    world.heal();
    await until('positions are stored again', () => world.count('committed') > committed);
    await world.finish();
    expect([world.lost, world.repeated], world.warnings.join('\n')).toEqual([0, 0]);
    expect(world.infos.join('\n')).toContain('answers again after');
  });

  it('gives up what its lease does not cover, takes it again after the outage, and loses nothing', async () => {
    await using world = new World('long-outage', 2_500);
    await world.start();
    world.proxy.refuse = () => 'cut';
    await until('everything is lost', () => world.lost >= partitions);
    expect(world.warnings.join('\n')).toContain('no heartbeat got through for 2500 ms');
    world.heal();
    await world.shared();
    await world.finish();
  });
});
