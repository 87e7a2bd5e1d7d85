import { timingSafeEqual } from 'node:crypto';
import type { KafkaSaslMechanism } from './mechanism.ts';
import { type ScramCredential, scramCredential, scramHashes } from './scram-credential.ts';

/** Who is let in, and how. */
export interface Credentials {
  readonly mechanisms: readonly KafkaSaslMechanism[];
  /** Whether the password is the user's. */
  accepts(user: string, password: string): boolean;
  /** What SCRAM checks against; undefined for a user nobody knows. */
  scram(user: string, mechanism: KafkaSaslMechanism): ScramCredential | undefined;
}

/** Users with their passwords. */
export class UserCredentials implements Credentials {
  readonly mechanisms: readonly KafkaSaslMechanism[];
  readonly #passwords: ReadonlyMap<string, string>;
  /** Made when first asked for: it is meant to be slow. */
  readonly #scram = new Map<string, ScramCredential>();

  constructor(users: Readonly<Record<string, string>>, mechanisms: readonly KafkaSaslMechanism[]) {
    this.#passwords = new Map(Object.entries(users));
    this.mechanisms = mechanisms;
  }

  accepts(user: string, password: string): boolean {
    const expected = this.#passwords.get(user);
    return expected !== undefined && isSame(password, expected);
  }

  scram(user: string, mechanism: KafkaSaslMechanism): ScramCredential | undefined {
    const password = this.#passwords.get(user);
    const hash = scramHashes.get(mechanism);
    if (password === undefined || hash === undefined) return undefined;
    const key = `${mechanism} ${user}`;
    const known = this.#scram.get(key) ?? scramCredential(password, hash);
    this.#scram.set(key, known);
    return known;
  }
}

/** In a time that does not tell where they differ. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
