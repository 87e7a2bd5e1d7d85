import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type ContainerRuntimeClient,
  GenericContainer,
  getContainerRuntimeClient,
  Network,
  type StartedNetwork,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';
import { atExit } from './at-exit.ts';
import { freePorts } from './free-ports.ts';
import { type KafkaPlan, type KafkaRuntime, startedLine } from './kafka-runtime.ts';
import { clusterSettings, type KafkaSettings } from './kafka-settings.ts';
import { until } from './until.ts';

/** Makes an engine that is installed known to testcontainers, unless the environment names one. */
async function findEngine(): Promise<void> {
  if (process.env.DOCKER_HOST !== undefined) return;
  const script = new URL('../../scripts/containers/container-engine', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(script, ['--no-install']);
  for (const [, name, value] of stdout.matchAll(/(\w+)=(\S+)/g)) {
    if (name !== undefined) process.env[name] ??= value;
  }
}

/** `a.b_c-d` is `KAFKA_A_B__C___D` for the image. */
function environment(settings: KafkaSettings): Record<string, string> {
  const separators: Record<string, string> = { '.': '_', _: '__', '-': '___' };
  const name = (key: string): string =>
    `KAFKA_${key.replace(/[._-]/g, (c) => separators[c] ?? c).toUpperCase()}`;
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [name(key), value]));
}

/** Where no reaper watches, a process that ends early removes its containers itself. */
function removeAtExit(ids: () => string[]): () => void {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED !== 'true') return () => {};
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  const engine = host.startsWith('unix://')
    ? ['--unix-socket', host.slice('unix://'.length), 'http://engine']
    : [host.replace(/^tcp:/, 'http:')];
  return atExit(() => {
    for (const path of ids()) {
      const url = [...engine.slice(0, -1), `${engine.at(-1)}${path}`];
      spawnSync('curl', ['-s', '-m', '20', '-o', '/dev/null', '-X', 'DELETE', ...url]);
    }
  });
}

class ContainerKafka implements KafkaRuntime {
  readonly origin = 'container';
  readonly bootstrap: readonly string[];
  readonly #containers: StartedTestContainer[] = [];
  readonly #client: ContainerRuntimeClient;
  readonly #network: StartedNetwork | undefined;
  readonly #forget: () => void;

  constructor(bootstrap: string[], client: ContainerRuntimeClient, network?: StartedNetwork) {
    this.bootstrap = bootstrap;
    this.#client = client;
    this.#network = network;
    this.#forget = removeAtExit(() => [
      ...this.#containers.map((container) => `/containers/${container.getId()}?force=1&v=1`),
      ...(network === undefined ? [] : [`/networks/${network.getId()}`]),
    ]);
  }

  async run(image: string, settings: readonly KafkaSettings[]): Promise<void> {
    // All at once: a broker of three comes up only when a second controller is there to vote.
    const starts = settings.map(async (each, i) => {
      const container = new GenericContainer(image)
        .withExposedPorts({ container: 9092, host: portOf(this.bootstrap[i]) })
        .withEnvironment({ ...environment(each), KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m' })
        .withWaitStrategy(Wait.forLogMessage(startedLine))
        .withStartupTimeout(90_000);
      if (this.#network) container.withNetwork(this.#network).withNetworkAliases(`kafka-${i + 1}`);
      this.#containers[i] = await container.start();
    });
    const failed = (await Promise.allSettled(starts)).find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async start(broker: number): Promise<void> {
    const handle = this.#handle(broker);
    // The log keeps what was said before, perhaps within this very second.
    const since = Math.floor(Date.now() / 1000);
    const timesStarted = async (): Promise<number> => {
      const log = String(await handle.logs({ stdout: true, stderr: true, since }));
      return log.split(startedLine).length;
    };
    const before = await timesStarted();
    await handle.start();
    await until(`broker ${broker} is up`, async () => (await timesStarted()) > before, {
      timeoutMs: 90_000,
      everyMs: 200,
    });
  }

  async stop(broker: number): Promise<void> {
    await this.#handle(broker).stop({ t: 20 });
  }

  async kill(broker: number): Promise<void> {
    const handle = this.#handle(broker);
    await handle.kill({ signal: 'SIGKILL' });
    await until(`broker ${broker} is gone`, async () => !(await handle.inspect()).State.Running);
  }

  async close(): Promise<void> {
    await Promise.all(this.#containers.map((container) => container.stop()));
    await this.#network?.stop();
    this.#forget();
  }

  #handle(broker: number) {
    const container = this.#containers[broker];
    if (container === undefined) throw new RangeError(`there is no broker ${broker}`);
    return this.#client.container.getById(container.getId());
  }
}

function portOf(address: string | undefined): number {
  return Number(address?.split(':').at(-1));
}

/** Runs the brokers in containers of the image `apache/kafka`. Rejects where no engine or no image is to be had. */
export async function startInContainers(plan: KafkaPlan): Promise<KafkaRuntime> {
  await findEngine();
  const client = await getContainerRuntimeClient();
  const network = plan.brokers > 1 ? await new Network().start() : undefined;
  const host = process.env.TESTCONTAINERS_HOST_OVERRIDE ?? client.info.containerRuntime.host;
  // The broker has to advertise the port that clients reach, so it is chosen here and mapped fixed.
  const bootstrap = (await freePorts(plan.brokers)).map((port) => `${host}:${port}`);
  const listeners = bootstrap.map((outside, i) => {
    const name = network ? `kafka-${i + 1}` : 'localhost';
    return {
      outside: { bind: ':9092', advertised: outside },
      inside: { bind: ':19092', advertised: `${name}:19092` },
      controller: { bind: ':9093', advertised: `${name}:9093` },
    };
  });
  const kafka = new ContainerKafka(bootstrap, client, network);
  try {
    await kafka.run(`apache/kafka:${plan.version}`, clusterSettings(listeners, plan.settings));
    return kafka;
  } catch (error) {
    await kafka.close();
    throw error;
  }
}
