import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type KafkaBroker, kafkaBroker } from '../../../../src/emulator/kafka/index.ts';
import {
  apiVersionsApi,
  errorCode,
  metadataApi,
  type SaslAuthenticateResponse,
  saslAuthenticateApi,
  saslHandshakeApi,
} from '../../../../src/protocol/index.ts';
import { RawLink } from '../../../integration/protocol/raw-link.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

async function start(): Promise<KafkaBroker> {
  const broker = await kafkaBroker({
    transport: 'pipe',
    sasl: { users: { alice: 'secret', 'a,b=c': 'päss' } },
  });
  cleanUp.push(() => broker.close());
  return broker;
}

const open = (broker: KafkaBroker): RawLink => new RawLink(broker.connect());

async function say(link: RawLink, text: string): Promise<SaslAuthenticateResponse> {
  return link.send(saslAuthenticateApi, { authBytes: Buffer.from(text) }, 2);
}

const handshake = (link: RawLink, mechanism: string) =>
  link.send(saslHandshakeApi, { mechanism }, 1);

const isIn = async (link: RawLink): Promise<boolean> =>
  (await link.send(metadataApi, { topics: [] }, 1)).brokers.length === 1;

/** The client's side of RFC 5802, as short as it goes. */
async function scram(
  link: RawLink,
  name: string,
  password: string,
  hash: 'sha256' | 'sha512',
  tamper: (final: string) => string = (final) => final,
): Promise<SaslAuthenticateResponse & { readonly verified?: boolean }> {
  const bare = `n=${name.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=clientnonce`;
  const first = await say(link, `n,,${bare}`);
  if (first.errorCode !== 0) return first;
  const challenge = first.authBytes.toString();
  const [, nonce = '', salt = '', rounds = ''] = /^r=(.*),s=(.*),i=(\d+)$/.exec(challenge) ?? [];
  expect(nonce).toMatch(/^clientnonce.{10}/);
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
  const length = createHash(hash).digest().length;
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), length, hash);
  const clientKey = hmac(salted, 'Client Key');
  const stored = createHash(hash).update(clientKey).digest();
  const withoutProof = `c=biws,r=${nonce}`;
  const signed = `${bare},${challenge},${withoutProof}`;
  const signature = hmac(stored, signed);
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
  const last = await say(link, tamper(`${withoutProof},p=${proof.toString('base64')}`));
  const expected = `v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`;
  return { ...last, verified: last.authBytes.toString() === expected };
}

describe('a client that has to authenticate', () => {
  it('may ask for versions, and for nothing else, before it has', async () => {
    const broker = await start();
    const link = open(broker);
    expect((await link.send(apiVersionsApi, {}, 2)).apiKeys.length).toBeGreaterThan(20);
    await expect(isIn(link)).rejects.toThrow('closed');
    const half = open(broker);
    await handshake(half, 'PLAIN');
    await expect(isIn(half)).rejects.toThrow('closed');
  });

  it('is told the mechanisms when it asks for another, and cut off', async () => {
    const link = open(await start());
    expect(await handshake(link, 'GSSAPI')).toEqual({
      errorCode: errorCode.UNSUPPORTED_SASL_MECHANISM,
      mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    });
    await expect(handshake(link, 'PLAIN')).rejects.toThrow('closed');
  });

  it('is let in with PLAIN, once', async () => {
    const link = open(await start());
    await handshake(link, 'PLAIN');
    expect(await say(link, '\0alice\0secret')).toMatchObject({
      errorCode: 0,
      sessionLifetimeMs: 0,
    });
    expect(await isIn(link)).toBe(true);
    expect((await handshake(link, 'PLAIN')).errorCode).toBe(errorCode.ILLEGAL_SASL_STATE);
    expect((await say(link, '')).errorCode).toBe(errorCode.ILLEGAL_SASL_STATE);
    expect(await isIn(link)).toBe(true);
  });

  it.each([
    ['\0alice\0wrong', 'Authentication failed: Invalid username or password'],
    ['\0bob\0secret', 'Authentication failed: Invalid username or password'],
    ['\0alice', 'Invalid SASL/PLAIN response: expected 3 tokens, got 2'],
    ['\0\0secret', 'Authentication failed: username not specified'],
    ['\0alice\0', 'Authentication failed: password not specified'],
    ['root\0alice\0secret', 'different from username'],
  ])('is told why %j is refused, and cut off', async (token, reason) => {
    const link = open(await start());
    await handshake(link, 'PLAIN');
    const answer = await say(link, token);
    expect(answer.errorCode).toBe(errorCode.SASL_AUTHENTICATION_FAILED);
    expect(answer.errorMessage).toContain(reason);
    await expect(isIn(link)).rejects.toThrow('closed');
  });

  it.each(['sha256', 'sha512'] as const)('is let in with SCRAM over %s', async (hash) => {
    const mechanism = `SCRAM-SHA-${hash.slice(3)}`;
    const broker = await start();
    for (const [name, password] of [
      ['alice', 'secret'],
      ['a,b=c', 'päss'],
    ] as const) {
      const link = open(broker);
      await handshake(link, mechanism);
      const done = await scram(link, name, password, hash);
      expect(done).toMatchObject({ errorCode: 0, verified: true });
      expect(await isIn(link)).toBe(true);
    }
  });

  it('is refused by SCRAM in one way, whatever is wrong', async () => {
    const broker = await start();
    const attempts = [
      (link: RawLink) => scram(link, 'alice', 'wrong', 'sha256'),
      (link: RawLink) => scram(link, 'bob', 'secret', 'sha256'),
      (link: RawLink) =>
        scram(link, 'alice', 'secret', 'sha256', (text) => text.replace('r=', 'r=x')),
      (link: RawLink) =>
        scram(link, 'alice', 'secret', 'sha256', (text) => text.replace('biws', 'eSws')),
      (link: RawLink) => scram(link, 'alice', 'secret', 'sha256', () => 'nonsense'),
      (link: RawLink) => say(link, 'p=tls-unique,,n=alice,r=x'),
      (link: RawLink) => say(link, 'n,,n=alice'),
    ];
    for (const attempt of attempts) {
      const link = open(broker);
      await handshake(link, 'SCRAM-SHA-256');
      const { errorCode: code, errorMessage } = await attempt(link);
      expect(code).toBe(errorCode.SASL_AUTHENTICATION_FAILED);
      expect(errorMessage).toContain('invalid credentials with SASL mechanism SCRAM-SHA-256');
    }
  });

  it('sends bare tokens after a handshake of version 0', async () => {
    const broker = await start();
    const socket = broker.connect();
    const link = new RawLink(socket);
    await link.send(saslHandshakeApi, { mechanism: 'PLAIN' }, 0);
    expect(await link.exchangeToken(Buffer.from('\0alice\0secret'))).toHaveLength(0);
    expect(await isIn(link)).toBe(true);
    const wrong = new RawLink(broker.connect());
    await wrong.send(saslHandshakeApi, { mechanism: 'PLAIN' }, 0);
    await expect(wrong.exchangeToken(Buffer.from('x'))).rejects.toThrow('closed');
  });

  it('may send large requests only when it has', async () => {
    const broker = await start();
    const topics = Array.from({ length: 20 }, () => 'x'.repeat(30_000));
    const stranger = open(broker);
    await expect(stranger.send(metadataApi, { topics }, 1)).rejects.toThrow('closed');
    const known = open(broker);
    await handshake(known, 'PLAIN');
    await say(known, '\0alice\0secret');
    expect((await known.send(metadataApi, { topics }, 1)).topics).toHaveLength(20);
  });

  it('cannot authenticate where nobody has to', async () => {
    const broker = await kafkaBroker({ transport: 'pipe' });
    cleanUp.push(() => broker.close());
    const link = open(broker);
    expect((await handshake(link, 'PLAIN')).errorCode).toBe(errorCode.ILLEGAL_SASL_STATE);
    expect(await isIn(link)).toBe(true);
  });

  it('has to shake hands first', async () => {
    const link = open(await start());
    expect((await say(link, '\0alice\0secret')).errorCode).toBe(errorCode.ILLEGAL_SASL_STATE);
    await expect(isIn(link)).rejects.toThrow('closed');
  });
});
