import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './credentials.ts';
import { type KafkaSaslMechanism, type SaslExchange, SaslRefusal } from './mechanism.ts';
import { hmac, type ScramCredential } from './scram-credential.ts';

/** No channel binding (`n`, `y`), perhaps an authorization id, then name and nonce. */
const firstMessage =
  /^([ny],(?:a=([^,]*))?,)((?:m=[^,]*,)?n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/;
const finalMessage = /^(c=([^,]+),r=([^,]+)(?:,.*)?),p=([^,]+)$/;

interface Challenge {
  readonly credential: ScramCredential;
  readonly gs2Header: string;
  readonly clientFirst: string;
  readonly serverFirst: string;
  readonly nonce: string;
}

/** The server's side of SCRAM (RFC 5802, without channel binding): neither the password nor what could stand for it is sent. */
export function scramExchange(
  credentials: Credentials,
  mechanism: KafkaSaslMechanism,
  makeNonce: () => string = () => randomBytes(18).toString('base64'),
): SaslExchange {
  const invalid = new SaslRefusal(
    `Authentication failed during authentication due to invalid credentials with SASL mechanism ${mechanism}`,
  );
  let challenge: Challenge | undefined;

  function begin(message: string): Buffer {
    const [, gs2Header, authorizationId = '', clientFirst, name, clientNonce] =
      firstMessage.exec(message) ?? [];
    if (gs2Header === undefined || clientFirst === undefined || name === undefined) throw invalid;
    if (clientFirst.startsWith('m=')) throw invalid;
    const user = unescaped(name);
    const credential = credentials.scram(user, mechanism);
    if (credential === undefined) throw invalid;
    if (authorizationId !== '' && unescaped(authorizationId) !== user)
      throw new SaslRefusal(
        'Authentication failed: Client requested an authorization id that is different from username',
      );
    const nonce = `${clientNonce}${makeNonce()}`;
    const salt = credential.salt.toString('base64');
    const serverFirst = `r=${nonce},s=${salt},i=${credential.iterations}`;
    challenge = { credential, gs2Header, clientFirst, serverFirst, nonce };
    return Buffer.from(serverFirst);
  }

  function finish(message: string, asked: Challenge): Buffer {
    const [, withoutProof, binding = '', nonce, proof = ''] = finalMessage.exec(message) ?? [];
    if (Buffer.from(binding, 'base64').toString() !== asked.gs2Header) throw invalid;
    if (nonce !== asked.nonce) throw invalid;
    const { hash, storedKey, serverKey } = asked.credential;
    const signed = `${asked.clientFirst},${asked.serverFirst},${withoutProof}`;
    const clientKey = xor(Buffer.from(proof, 'base64'), hmac(hash, storedKey, signed));
    if (!timingSafeEqual(createHash(hash).update(clientKey).digest(), storedKey)) throw invalid;
    return Buffer.from(`v=${hmac(hash, serverKey, signed).toString('base64')}`);
  }

  return {
    next(message) {
      const text = message.toString('utf8');
      return challenge === undefined
        ? { answer: begin(text), done: false }
        : { answer: finish(text, challenge), done: true };
    },
  };
}

/** `,` and `=` in names are written `=2C` and `=3D`. */
function unescaped(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(other.map((byte, at) => byte ^ (one[at] ?? 0)));
}
