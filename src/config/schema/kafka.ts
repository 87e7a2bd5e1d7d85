import { z } from 'zod';
import type { KafkaConfig, SaslConfig, TlsConfig } from '../app-config.ts';
import { duration, optional, reference, secret, text, yesOrNo } from './values.ts';

const pemError = `PEM text, not the path of a file: write \${file:./ca.pem} to fill one in`;
const pem = z.string({ error: pemError }).regex(/-----BEGIN /, { error: pemError });

const tls: z.ZodType<TlsConfig> = z
  .strictObject({
    ca: optional(pem, 'Certificates to trust, as PEM text, which a file reference fills in.'),
    cert: optional(pem, "The client's certificate, as PEM text."),
    key: pem
      .meta({ description: "The client's private key, as PEM text.", writeOnly: true })
      .exactOptional(),
    passphrase: secret('Of the private key.').exactOptional(),
    servername: optional(text, "Name expected in the broker's certificate.", 'the host'),
    rejectUnauthorized: optional(
      yesOrNo(),
      'Refuse brokers whose certificate nobody vouches for.',
      true,
    ),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: 'cert and key together',
  })
  .meta({ id: 'TlsConfig', description: 'TLS to the brokers.' });

const password = z.strictObject({
  mechanism: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .meta({ description: 'How the credentials are proven.' }),
  username: text.meta({ description: 'Name of the user.' }),
  password: secret('Password of the user.'),
});

const token = z.strictObject({
  mechanism: z.literal('oauthbearer').meta({ description: 'A token instead of a password.' }),
  provider: reference.meta({
    description:
      'A function that resolves with `{ value }`, the token; it is asked for each connection.',
  }),
});

const sasl: z.ZodType<SaslConfig> = z
  .discriminatedUnion('mechanism', [password, token], {
    error: 'plain, scram-sha-256, scram-sha-512 or oauthbearer',
  })
  .meta({ id: 'SaslConfig', description: 'Credentials of this process.' });

const brokerError = 'host:port, such as localhost:9092';
const broker = z
  .string({ error: brokerError })
  .regex(/^(\[[^\]]+\]|[^\s:[\]/;=,]+)(:\d{1,5})?$/, { error: brokerError })
  .refine((address) => isPort(/:(\d+)$/.exec(address)?.[1] ?? '9092'), { error: brokerError });

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= 65_535;
}

/** Section `kafka`: options of `kafka(…)`. */
export const kafka: z.ZodType<KafkaConfig> = z
  .strictObject({
    brokers: optional(
      z.array(broker),
      '`host:port` of some brokers; the others are found through them. May be left out with a `connectionString`.',
    ),
    clientId: optional(text, 'Names this process to the brokers.', "the application's"),
    ssl: optional(z.union([yesOrNo(), tls], { error: 'true, false or an object' }), 'TLS.', false),
    sasl: sasl.exactOptional(),
    profile: optional(
      z.enum(['kafka', 'eventhubs-kafka-endpoint']),
      'Whose limits apply: those of Apache Kafka, or of the Kafka endpoint of Azure Event Hubs.',
      'kafka',
    ),
    connectionString: secret(
      'Of an Event Hubs namespace, with profile `eventhubs-kafka-endpoint`: stands for brokers, TLS and SASL.',
    ).exactOptional(),
    connectionTimeout: optional(duration, 'To open a socket, with TLS.', '10s'),
    authenticationTimeout: optional(duration, 'To agree on versions and authenticate.', '10s'),
    requestTimeout: optional(
      duration,
      'For the answer to a request that does not wait by design.',
      '30s; Event Hubs 60s',
    ),
    metadataMaxAge: optional(
      duration,
      'How old metadata may get before new partitions and topics are looked for.',
      '30s',
    ),
  })
  .meta({ id: 'KafkaConfig', description: 'Apache Kafka, and the Kafka endpoint of Event Hubs.' });
