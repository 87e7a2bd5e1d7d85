import { loadKafkaJsConnection } from '../../src/backends/kafka/wire/kafkajs-internals.ts';
import { KafkaJsWire } from '../../src/backends/kafka/wire/kafkajs-wire.ts';
import type { BackendEnv } from '../../src/core/index.ts';
import { silentLogger } from '../../src/core/index.ts';
import { realClock } from '../../src/system/real-clock.ts';

/** The world as it is, without a log. */
export const realEnv: BackendEnv = {
  clock: realClock,
  random: Math.random,
  log: silentLogger,
  clientId: 'partita-test',
};

/** The wire to real brokers without TLS or passwords, for tests and benchmarks of what stands above it. */
export function openWire(bootstrap: readonly string[]): KafkaJsWire {
  return new KafkaJsWire({
    bootstrap: bootstrap.map((address) => {
      const [host = '', port = ''] = address.split(':');
      return { host, port: Number(port) };
    }),
    clock: realClock,
    log: silentLogger,
    Connection: loadKafkaJsConnection(),
    clientId: realEnv.clientId,
    ssl: null,
    sasl: null,
    connectionTimeoutMs: 5_000,
    authenticationTimeoutMs: 5_000,
    requestTimeoutMs: 10_000,
    maxFrameBytes: 0x4000_0000,
    versionCeilings: new Map(),
  });
}
