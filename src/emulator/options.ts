import { type Clock, InvalidConfigError, type Logger, silentLogger } from '../core/index.ts';
import { realClock } from '../system/real-clock.ts';
import type { AccessKeys } from './amqp/sas-token.ts';
import type { TlsIdentity } from './amqp/socket-server.ts';
import type { HubDefinition } from './hub.ts';
import { hubProblems } from './hub-problems.ts';
import { parseHubSpec } from './hub-spec.ts';

const MIB = 1024 * 1024;

/** Of one emulated Event Hubs namespace. */
export interface EmulatorOptions {
  /** What to serve: definitions, or words as `orders:4:group1,group2` (name, partitions, groups beside `$Default`). */
  readonly hubs: readonly (HubDefinition | string)[];
  /** TCP port; 0 for any free one. @default 0 */
  readonly port?: number;
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** A second listener with TLS, on this port; 0 for any free one. @default none */
  readonly tlsPort?: number;
  /**
   * A listener for AMQP in WebSockets, on this port; 0 for any free one. Always with TLS, as the SDKs know no other. Needs the
   * package ws.
   *
   * @default none
   */
  readonly webSocketPort?: number;
  /** Certificate and key, as PEM, of the listeners with TLS. @default a self-signed one for localhost, made at start */
  readonly tls?: TlsIdentity;
  /** Serves faults and the state over HTTP on this port of the loopback address; 0 for any free one. @default none */
  readonly controlPort?: number;
  /** Shared access keys by policy name. @default the official emulator's, RootManageSharedAccessKey: SAS_KEY_VALUE */
  readonly accessKeys?: AccessKeys;
  /** Events kept per partition, in bytes as stored; the oldest go first. @default 64 MiB */
  readonly maxPartitionBytes?: number;
  /** How long events are kept, in milliseconds. @default 3_600_000, an hour, as in the official emulator */
  readonly retentionMs?: number;
  /** Largest message or batch, in bytes. @default 1 MiB, as on the service */
  readonly maxMessageBytes?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Told about dropped events, and at debug level about clients in trouble. @default silent */
  readonly logger?: Logger;
}

export interface ResolvedOptions {
  readonly hubs: readonly HubDefinition[];
  readonly port: number;
  readonly host: string;
  readonly tlsPort: number | undefined;
  readonly webSocketPort: number | undefined;
  readonly tls: TlsIdentity | undefined;
  readonly controlPort: number | undefined;
  readonly accessKeys: AccessKeys;
  readonly maxPartitionBytes: number;
  readonly retentionMs: number;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @throws InvalidConfigError with all problems at once. */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    hubs: options.hubs.map((hub) => (typeof hub === 'string' ? parseHubSpec(hub) : hub)),
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    tlsPort: options.tlsPort,
    webSocketPort: options.webSocketPort,
    tls: options.tls,
    controlPort: options.controlPort,
    accessKeys: options.accessKeys ?? { RootManageSharedAccessKey: 'SAS_KEY_VALUE' },
    maxPartitionBytes: options.maxPartitionBytes ?? 64 * MIB,
    retentionMs: options.retentionMs ?? 3_600_000,
    maxMessageBytes: options.maxMessageBytes ?? MIB,
    clock: options.clock ?? realClock,
    logger: options.logger ?? silentLogger,
  };
  const problems = [...hubProblems(resolved.hubs), ...ownProblems(resolved)];
  if (problems.length > 0) throw new InvalidConfigError('emulator options', problems);
  return resolved;
}

function ownProblems(options: ResolvedOptions): string[] {
  const problems: string[] = [];
  for (const name of ['port', 'tlsPort', 'webSocketPort', 'controlPort'] as const) {
    const port = options[name];
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      problems.push(`${name} is ${port}; give a whole number from 0 to 65535`);
    }
  }
  for (const name of ['maxPartitionBytes', 'retentionMs', 'maxMessageBytes'] as const) {
    if (!(options[name] > 0)) problems.push(`${name} is ${options[name]}; give more than 0`);
  }
  if (options.hubs.length === 0) problems.push('hubs is empty; give at least one');
  if (Object.keys(options.accessKeys).length === 0) {
    problems.push('accessKeys is empty; give at least one policy with its key');
  }
  return problems;
}
