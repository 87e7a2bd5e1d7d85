import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, describe, expect, it } from 'vitest';
import { type KafkaOptions, kafka } from '../../../src/backends/kafka/index.ts';
import { makeCertificate } from '../../../src/emulator/certificate.ts';
import { kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { partita } from '../../../src/index.ts';
import { apiVersionsApi } from '../../../src/protocol/index.ts';
import { RawLink } from '../../integration/protocol/raw-link.ts';

const broker = await kafkaBroker({
  topics: ['t'],
  tls: true,
  sasl: { users: { alice: 'secret' } },
});
afterAll(() => broker.close());

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const ca = broker.certificate ?? '';

/** Writes one record with Partita; the offset it got. */
async function write(options: KafkaOptions): Promise<number | undefined> {
  await using app = partita({ backend: kafka(options) });
  return (await app.producer().send('t', { key: 'k', value: 'v' })).offset;
}

describe('who connects over TLS', () => {
  it.each(mechanisms)('writes after it has authenticated with %s', async (mechanism) => {
    const sasl = { mechanism, username: 'alice', password: 'secret' };
    const offset = await write({ brokers: [broker.bootstrap], ssl: { ca }, sasl });
    expect(offset).toBeGreaterThanOrEqual(0);
  });

  it.each(mechanisms)('is told by %s that the password is wrong', async (mechanism) => {
    const sasl = { mechanism, username: 'alice', password: 'wrong' };
    await expect(write({ brokers: [broker.bootstrap], ssl: { ca }, sasl })).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
    const client = new Kafka({
      clientId: 'insecure',
      brokers: [broker.bootstrap],
      ssl: { ca },
      sasl: sasl as never,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    });
    await expect(client.producer().connect()).rejects.toThrow(/Invalid username|invalid cred/);
  });

  it('does not trust a certificate nobody told it of', async () => {
    const sasl = { mechanism: 'plain', username: 'alice', password: 'secret' } as const;
    await expect(write({ brokers: [broker.bootstrap], ssl: true, sasl })).rejects.toThrow(
      'is not trusted',
    );
  });

  it('gets no further in plain text, and troubles nobody', async () => {
    const link = await RawLink.open(broker.bootstrap);
    await expect(link.send(apiVersionsApi, {}, 0)).rejects.toThrow('closed');
    const sasl = { mechanism: 'plain', username: 'alice', password: 'secret' } as const;
    await write({ brokers: [broker.bootstrap], sasl, ssl: { ca } });
  });
});

describe('the certificate', () => {
  it('lies where clients can be pointed at it, until the broker is closed', async () => {
    const other = await kafkaBroker({ tls: true });
    const path = other.certificatePath ?? '';
    expect(await readFile(path, 'utf8')).toBe(other.certificate);
    await other.close();
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('is for the advertised host too', async () => {
    await using other = await kafkaBroker({ tls: true, advertisedHost: 'kafka.test' });
    const { subjectAltName } = new X509Certificate(other.certificate ?? '');
    expect(subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, DNS:kafka.test');
  });

  it('can be one’s own, for several brokers', async () => {
    const identity = await makeCertificate();
    await using own = await kafkaBroker({ topics: ['t'], tls: identity, brokers: 2 });
    expect(own.certificatePath).toBeUndefined();
    const offset = await write({ brokers: [own.bootstrap], ssl: { ca: identity.cert } });
    expect(offset).toBe(0);
  });
});
