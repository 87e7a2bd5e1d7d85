import type { Socket } from 'node:net';
import { type ConnectionOptions, createSecureContext, type SecureContextOptions } from 'node:tls';
import { InvalidConfigError, OptionCheck } from '../../core/index.ts';
import { type BrokerList, parseBrokers } from './broker-list.ts';
import { brokerOf, saslOf } from './connection-string.ts';
import { type KafkaProfile, type KafkaProfileName, profiles } from './profile.ts';
import { checkSasl, type KafkaSasl } from './sasl.ts';

/** Opens a connection in place of `net.connect` or `tls.connect`. The one of KafkaJS fits. */
export type KafkaSocketFactory = (request: {
  readonly host: string;
  readonly port: number;
  /** Options of `tls.connect`; `null` for plain text. */
  readonly ssl: object | null;
  /** To be called once data can be sent. */
  onConnect(): void;
}) => Socket;

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are found through them. May be left out with a `connectionString`. */
  readonly brokers?: readonly string[];
  /** Names this process to the brokers. @default the application's */
  readonly clientId?: string;
  /** TLS: `true`, or options of `tls.connect`. @default false; true for the Event Hubs endpoint */
  readonly ssl?: boolean | ConnectionOptions;
  readonly sasl?: KafkaSasl;
  /** Whose limits apply. @default 'kafka' */
  readonly profile?: KafkaProfileName;
  /** Of an Event Hubs namespace, with profile `eventhubs-kafka-endpoint`: stands for brokers, TLS and SASL. */
  readonly connectionString?: string;
  /** To open a socket, with TLS, in milliseconds. @default 10_000 */
  readonly connectionTimeoutMs?: number;
  /** To agree on versions and authenticate, in milliseconds. @default 10_000 */
  readonly authenticationTimeoutMs?: number;
  /** For the answer to a request that does not wait by design, in milliseconds. @default 30_000; Event Hubs 60_000 */
  readonly requestTimeoutMs?: number;
  /** How connections are opened: through a proxy, or to an embedded broker in this process. @default sockets of Node */
  readonly socketFactory?: KafkaSocketFactory;
  /** How old metadata may get before new partitions and topics are looked for, in milliseconds. @default 30_000 */
  readonly metadataMaxAgeMs?: number;
}

/** Checked options with all defaults filled in. */
export interface KafkaSettings {
  readonly brokers: BrokerList;
  readonly clientId: string | undefined;
  readonly ssl: ConnectionOptions | null;
  readonly sasl: KafkaSasl | null;
  readonly profile: KafkaProfile;
  readonly connectionTimeoutMs: number;
  readonly authenticationTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  readonly socketFactory: KafkaSocketFactory | undefined;
}

const CONNECT_MS = 10_000;

const knownOptions: readonly (keyof KafkaOptions)[] = [
  'brokers',
  'clientId',
  'ssl',
  'sasl',
  'profile',
  'connectionString',
  'connectionTimeoutMs',
  'authenticationTimeoutMs',
  'requestTimeoutMs',
  'metadataMaxAgeMs',
  'socketFactory',
];

/** @throws InvalidConfigError with every problem there is. */
export function resolveKafkaOptions(given: KafkaOptions): KafkaSettings {
  const { problems, profile } = checkShape(given);
  const isEndpoint = profile.name === 'eventhubs-kafka-endpoint';
  const { connectionString } = given;
  if (connectionString !== undefined && !isEndpoint)
    problems.push("connectionString needs profile: 'eventhubs-kafka-endpoint'");
  if (connectionString !== undefined && given.sasl !== undefined)
    problems.push('give either connectionString or sasl, not both');
  const names = given.brokers ?? brokerOf(connectionString, problems);
  const brokers = parseBrokers(names, profile.defaultPort, problems);
  const ssl = given.ssl ?? isEndpoint;
  const sasl = given.sasl ?? (connectionString === undefined ? null : saslOf(connectionString));
  checkSasl(sasl, problems);
  if (isEndpoint && (sasl === null || ssl === false))
    problems.push('the Event Hubs endpoint needs TLS and sasl (or a connectionString)');
  const settings: KafkaSettings = {
    brokers,
    clientId: given.clientId,
    ssl: ssl === false ? null : ssl === true ? {} : ssl,
    sasl,
    profile,
    connectionTimeoutMs: given.connectionTimeoutMs ?? CONNECT_MS,
    authenticationTimeoutMs: given.authenticationTimeoutMs ?? CONNECT_MS,
    requestTimeoutMs: given.requestTimeoutMs ?? profile.requestTimeoutMs,
    metadataMaxAgeMs: given.metadataMaxAgeMs ?? profile.metadataMaxAgeMs,
    socketFactory: given.socketFactory,
  };
  checkTimes(settings, problems);
  if (problems.length > 0) throw new InvalidConfigError('Kafka options', problems);
  return settings;
}

/** Looks at types and names; what is wrong there makes everything further pointless, so it is told first. */
function checkShape(given: unknown): { problems: string[]; profile: KafkaProfile } {
  const check = new OptionCheck();
  const options = check.object('the options', given ?? null);
  check.known('', options, knownOptions);
  check.oneOf('profile', options.profile, Object.keys(profiles));
  check.optionalText('clientId', options.clientId);
  check.optionalText('connectionString', options.connectionString);
  check.functions(options, ['socketFactory']);
  const { brokers, ssl, sasl } = options;
  if (brokers !== undefined && !Array.isArray(brokers))
    check.problem(
      `brokers is ${JSON.stringify(brokers)}, expected a list such as ['localhost:9092']`,
    );
  if (ssl !== undefined && typeof ssl !== 'boolean') checkTls(check, check.object('ssl', ssl));
  if (sasl !== undefined) check.object('sasl', sasl);
  const profile = profiles[(options.profile ?? 'kafka') as KafkaProfileName];
  const unusable = profile === undefined || (brokers !== undefined && !Array.isArray(brokers));
  if (unusable || given === undefined || given === null)
    throw new InvalidConfigError('Kafka options', check.problems);
  return { problems: check.problems, profile };
}

/** Certificates and keys that TLS cannot use would else be found at the first connection. */
function checkTls(check: OptionCheck, ssl: SecureContextOptions): void {
  try {
    createSecureContext(ssl);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    check.problem(
      `ssl cannot be used (${reason}): check ca, cert, key and passphrase; cert and key belong together`,
    );
  }
}

function checkTimes(settings: KafkaSettings, problems: string[]): void {
  const names = [
    'connectionTimeoutMs',
    'authenticationTimeoutMs',
    'requestTimeoutMs',
    'metadataMaxAgeMs',
  ] as const;
  for (const name of names) {
    const value = settings[name];
    if (!Number.isInteger(value) || value < 1)
      problems.push(
        `${name} is ${JSON.stringify(value)}, expected a whole number of milliseconds, at least 1`,
      );
  }
}
