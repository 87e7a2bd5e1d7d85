import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { KafkaSaslMechanism } from './mechanism.ts';

export type ScramHash = 'sha256' | 'sha512';

export const scramHashes: ReadonlyMap<KafkaSaslMechanism, ScramHash> = new Map([
  ['SCRAM-SHA-256', 'sha256'],
  ['SCRAM-SHA-512', 'sha512'],
]);

/** The fewest Kafka takes (`ScramMechanism`). */
const ITERATIONS = 4096;

/** What a server keeps of a password (RFC 5802, section 3). */
export interface ScramCredential {
  readonly hash: ScramHash;
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export function scramCredential(password: string, hash: ScramHash): ScramCredential {
  const salt = randomBytes(20);
  const bytes = createHash(hash).digest().length;
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, bytes, hash);
  const clientKey = hmac(hash, salted, 'Client Key');
  return {
    hash,
    salt,
    iterations: ITERATIONS,
    storedKey: createHash(hash).update(clientKey).digest(),
    serverKey: hmac(hash, salted, 'Server Key'),
  };
}

export function hmac(hash: ScramHash, key: Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest();
}
