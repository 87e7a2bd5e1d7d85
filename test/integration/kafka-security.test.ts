import { execFile, execFileSync } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KafkaOptions, kafka } from '../../src/backends/kafka/index.ts';
import { loadKafkaJsConnection } from '../../src/backends/kafka/wire/kafkajs-internals.ts';
import { KafkaJsWire } from '../../src/backends/kafka/wire/kafkajs-wire.ts';
import type { Api } from '../../src/protocol/index.ts';
import { type KafkaCluster, startKafka } from '../support/kafka.ts';
import type { KafkaSettings } from '../support/kafka-settings.ts';
import { realEnv } from '../support/open-wire.ts';
import { sharedKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

/** Why these tests cannot run here. */
function missing(): string | undefined {
  const { missing: noKafka } = sharedKafka();
  if (noKafka !== undefined) return noKafka;
  try {
    execFileSync('openssl', ['version']);
    return undefined;
  } catch {
    return 'no openssl';
  }
}

/** A self-signed certificate for 127.0.0.1, as PEM. */
async function makeCertificate(): Promise<{ readonly key: string; readonly certificate: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'partita-tls-'));
  const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
  const options = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=partita-test';
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const out = ['-keyout', files.key, '-out', files.certificate];
  await promisify(execFile)('openssl', [...options.split(' '), ...names, ...out]);
  const key = await readFile(files.key, 'utf8');
  const certificate = await readFile(files.certificate, 'utf8');
  await rm(folder, { recursive: true });
  return { key, certificate };
}

const modules = 'org.apache.kafka.common.security';

function secured(key: string, certificate: string): KafkaSettings {
  const inOneLine = (pem: string): string => pem.trim().replaceAll('\n', '\\n');
  return {
    'listener.security.protocol.map': 'OUTSIDE:SASL_SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'listener.name.outside.ssl.keystore.type': 'PEM',
    'listener.name.outside.ssl.keystore.key': inOneLine(key),
    'listener.name.outside.ssl.keystore.certificate.chain': inOneLine(certificate),
    'listener.name.outside.sasl.enabled.mechanisms':
      'PLAIN,OAUTHBEARER,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.outside.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required user_alice="secret";`,
    'listener.name.outside.oauthbearer.sasl.jaas.config': `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    'listener.name.outside.scram-sha-256.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    'listener.name.outside.scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    'listener.name.outside.connections.max.reauth.ms': '2000',
  };
}

const scramIds = { 'scram-sha-256': 1, 'scram-sha-512': 2 } as const;
type ScramMechanism = keyof typeof scramIds;

interface ScramUser {
  readonly name: string;
  readonly password: string;
  readonly mechanism: ScramMechanism;
}

/** AlterUserScramCredentials, version 0, for one new user; the answer is only its error code. */
const addScramUser: Api<ScramUser, number> = {
  key: 51,
  name: 'AlterUserScramCredentials',
  versions: { min: 0, max: 0 },
  flexibleFrom: 0,
  encode({ name, password, mechanism }) {
    const digest = mechanism.slice(-3) === '256' ? 'sha256' : 'sha512';
    const salt = randomBytes(16);
    const salted = pbkdf2Sync(password, salt, 4_096, Number(mechanism.slice(-3)) / 8, digest);
    const sized = (bytes: Buffer): Buffer =>
      Buffer.concat([Buffer.from([bytes.length + 1]), bytes]);
    const iterations = Buffer.alloc(4);
    iterations.writeInt32BE(4_096);
    return Buffer.concat([
      Buffer.from([1, 2]),
      sized(Buffer.from(name)),
      Buffer.from([scramIds[mechanism]]),
      iterations,
      sized(salt),
      sized(salted),
      Buffer.from([0, 0]),
    ]);
  },
  // Throttle time, one result, its user name; the code behind it.
  decode: (body) => body.readInt16BE(4 + 1 + (body[5] ?? 0)),
};

/** A token as Kafka's unsecured validator takes it: for tests only. */
function unsecuredToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub: 'alice', iat: now, exp: now + 60 })}.`;
}

describe.skipIf(missing() !== undefined)(`a broker with TLS and SASL ${missing() ?? ''}`, () => {
  let cluster: KafkaCluster;
  let ca: string;

  beforeAll(async () => {
    const { key, certificate } = await makeCertificate();
    ca = certificate;
    cluster = await startKafka({ settings: secured(key, certificate) });
  });
  afterAll(() => cluster?.close());

  const plain = { mechanism: 'plain', username: 'alice', password: 'secret' } as const;

  async function withAdmin<T>(
    options: KafkaOptions,
    use: (
      admin: ReturnType<ReturnType<ReturnType<typeof kafka>['open']>['openAdmin']>,
    ) => Promise<T>,
  ): Promise<T> {
    const definition = kafka({
      brokers: cluster.bootstrap,
      connectionTimeoutMs: 2_000,
      requestTimeoutMs: 2_000,
      ...options,
    });
    const backend = definition.open(realEnv);
    try {
      return await use(backend.openAdmin());
    } finally {
      await backend.close();
    }
  }

  it('lets us in with a password, and keeps us in beyond the end of the session', async () => {
    await withAdmin({ ssl: { ca }, sasl: plain }, async (admin) => {
      await admin.createTopic({ topic: 'plain', partitions: 1 });
      const untilMs = Date.now() + 5_000;
      while (Date.now() < untilMs) expect(await admin.offsets('plain', 'latest')).toHaveLength(1);
    });
  });

  it('lets us in with a token', async () => {
    const sasl = {
      mechanism: 'oauthbearer',
      oauthBearerProvider: async () => ({ value: unsecuredToken() }),
    } as const;
    await withAdmin({ ssl: { ca }, sasl }, async (admin) => {
      await admin.createTopic({ topic: 'token', partitions: 1 });
    });
  });

  function openSecureWire(): KafkaJsWire {
    const [host = '', port = ''] = cluster.bootstrap[0]?.split(':') ?? [];
    return new KafkaJsWire({
      ...realEnv,
      Connection: loadKafkaJsConnection(),
      bootstrap: [{ host, port: Number(port) }],
      ssl: { ca },
      sasl: plain,
      connectionTimeoutMs: 5_000,
      authenticationTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
      maxFrameBytes: 1_000_000,
      versionCeilings: new Map(),
    });
  }

  it.each(['scram-sha-256', 'scram-sha-512'] as const)(
    'lets us in with %s, and not with another password',
    async (mechanism) => {
      const wire = openSecureWire();
      const [broker] = (await wire.metadata([])).brokers.values();
      if (broker === undefined) throw new Error('no broker');
      const user = { name: mechanism, password: 'pencil', mechanism };
      const link = wire.link(broker, 'add user');
      expect(await link.send(addScramUser, user, { timeoutMs: 5_000 })).toBe(0);
      await wire.close();
      const sasl = { mechanism, username: mechanism, password: 'pencil' };
      await until('the user is known', () =>
        withAdmin({ ssl: { ca }, sasl }, (admin) => admin.topics()).then(
          () => true,
          () => false,
        ),
      );
      await expect(
        withAdmin({ ssl: { ca }, sasl: { ...sasl, password: 'crayon' } }, (admin) =>
          admin.topics(),
        ),
      ).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED', retriable: false });
    },
  );

  it('refuses a wrong password at once', async () => {
    const wrong = { ...plain, password: 'guess' };
    await expect(
      withAdmin({ ssl: { ca }, sasl: wrong }, (admin) => admin.topics()),
    ).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED', retriable: false });
  });

  it('is not trusted without its authority', async () => {
    const failure = withAdmin({ ssl: true, sasl: plain }, (admin) => admin.topics());
    await expect(failure).rejects.toMatchObject({ code: 'CONNECTION_FAILED', retriable: false });
    await expect(failure).rejects.toThrow('ssl.ca');
  });

  it('gives a hint when asked without TLS', async () => {
    await expect(withAdmin({}, (admin) => admin.topics())).rejects.toThrow(/TLS/);
  });
});
