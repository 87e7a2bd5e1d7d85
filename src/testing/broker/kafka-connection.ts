import type {
  KafkaBroker,
  KafkaBrokerOptions,
  KafkaSaslMechanism,
  KafkaSocketFactory,
} from '../../emulator/index.ts';

/** Name and password of the user that clients are let in as. */
export interface KafkaLogin {
  readonly mechanism: KafkaSaslMechanism;
  readonly username: string;
  readonly password: string;
}

/** How clients of any make connect to the broker. Each is to be spread into what the client takes beside it. */
export interface KafkaConnection {
  /** `host:port` of all brokers, separated by commas. */
  readonly bootstrap: string;
  /** `host:port` of each broker. */
  readonly brokers: readonly string[];
  /** For `kafka({ ...broker.kafka.partita })` of `partita/kafka`. */
  readonly partita: {
    readonly brokers: readonly string[];
    readonly ssl?: { readonly ca: string };
    readonly sasl?: SpelledLogin;
    /** With transport `pipe`. */
    readonly socketFactory?: KafkaSocketFactory;
  };
  /** For `new Kafka({ ...broker.kafka.kafkaJs })` of KafkaJS. */
  readonly kafkaJs: {
    readonly brokers: string[];
    readonly ssl?: { readonly ca: string };
    readonly sasl?: SpelledLogin;
    /** With transport `pipe`. */
    readonly socketFactory?: KafkaSocketFactory;
  };
  /** Properties of Java's clients. `toProperties` writes them as a file has them. */
  readonly java: Readonly<Record<string, string>>;
  /** Configuration of librdkafka and what is built on it: confluent-kafka, node-rdkafka, .NET, Go. */
  readonly librdkafka: Readonly<Record<string, string>>;
}

/** In the spelling of KafkaJS and `kafka()`. */
type SpelledLogin =
  | (Secret & { readonly mechanism: 'plain' })
  | (Secret & { readonly mechanism: 'scram-sha-256' })
  | (Secret & { readonly mechanism: 'scram-sha-512' });

interface Secret {
  readonly username: string;
  readonly password: string;
}

/** Of a broker that runs. */
export function kafkaConnection(
  broker: KafkaBroker,
  { sasl, preset, transport }: Pick<KafkaBrokerOptions, 'sasl' | 'preset' | 'transport'>,
): KafkaConnection {
  const login =
    preset === 'eventhubs' ? eventHubsLogin(broker.connectionString ?? '') : firstUser(sasl);
  const ca = broker.certificate;
  const brokers = [...broker.bootstrapServers];
  const bootstrap = brokers.join(',');
  const common = {
    ...(transport === 'pipe' && { socketFactory: broker.socketFactory }),
    ...(ca !== undefined && { ssl: { ca } }),
    ...(login !== undefined && { sasl: spelled(login) }),
  };
  return {
    bootstrap,
    brokers,
    partita: { brokers, ...common },
    kafkaJs: { brokers, ...common },
    java: { 'bootstrap.servers': bootstrap, ...javaSecurity(login, ca) },
    librdkafka: { 'bootstrap.servers': bootstrap, ...librdkafkaSecurity(login, ca) },
  };
}

/** As a `.properties` file has them: line breaks are escaped. */
export function toProperties(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name}=${value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n`,
  );
  return lines.join('');
}

function firstUser(sasl: KafkaBrokerOptions['sasl']): KafkaLogin | undefined {
  const [user] = Object.entries(sasl?.users ?? {});
  if (user === undefined) return undefined;
  const [username, password] = user;
  return { mechanism: sasl?.mechanisms?.[0] ?? 'PLAIN', username, password };
}

const eventHubsLogin = (connectionString: string): KafkaLogin => ({
  mechanism: 'PLAIN',
  username: '$ConnectionString',
  password: connectionString,
});

function spelled({ mechanism, username, password }: KafkaLogin): SpelledLogin {
  const name = mechanism.toLowerCase() as SpelledLogin['mechanism'];
  return { mechanism: name, username, password };
}

function protocol(login: KafkaLogin | undefined, ca: string | undefined): string {
  return `${login === undefined ? '' : 'SASL_'}${ca === undefined ? 'PLAINTEXT' : 'SSL'}`;
}

function javaSecurity(login: KafkaLogin | undefined, ca: string | undefined): object {
  if (login === undefined && ca === undefined) return {};
  return {
    'security.protocol': protocol(login, ca),
    ...(ca !== undefined && { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': ca }),
    ...(login !== undefined && {
      'sasl.mechanism': login.mechanism,
      'sasl.jaas.config': jaas(login),
    }),
  };
}

function jaas({ mechanism, username, password }: KafkaLogin): string {
  const plain = mechanism === 'PLAIN';
  const module = plain ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule';
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const words = [`username=${quoted(username)}`, `password=${quoted(password)}`];
  return `org.apache.kafka.common.security.${module} required ${words.join(' ')};`;
}

function librdkafkaSecurity(login: KafkaLogin | undefined, ca: string | undefined): object {
  if (login === undefined && ca === undefined) return {};
  return {
    'security.protocol': protocol(login, ca).toLowerCase(),
    ...(ca !== undefined && { 'ssl.ca.pem': ca }),
    ...(login !== undefined && {
      'sasl.mechanism': login.mechanism,
      'sasl.username': login.username,
      'sasl.password': login.password,
    }),
  };
}
