import {
  errorCode,
  type SaslAuthenticateResponse,
  type SaslHandshakeResponse,
} from '../../protocol/index.ts';
import type { Credentials } from './credentials.ts';
import {
  type KafkaSaslMechanism,
  type SaslExchange,
  SaslRefusal,
  saslMechanisms,
} from './mechanism.ts';
import { plainExchange } from './plain.ts';
import { scramExchange } from './scram.ts';

const NOTHING = Buffer.alloc(0);
const SASL_HANDSHAKE = 17;
const API_VERSIONS = 18;
const SASL_AUTHENTICATE = 36;
const beforehand: ReadonlySet<number> = new Set([SASL_HANDSHAKE, API_VERSIONS, SASL_AUTHENTICATE]);

/** With this version of SaslHandshake the tokens come without request headers. */
const BARE_TOKENS_VERSION = 0;

/** Who is at the other end of a connection, and how far the proof has come; by the states of Kafka's `SaslServerAuthenticator`. */
export class SaslSession {
  readonly #credentials: Credentials | undefined;
  #exchange: SaslExchange | undefined;
  #done: boolean;
  #refused = false;
  #bareTokens = false;

  /** Without credentials everybody is let in. */
  constructor(credentials: Credentials | undefined) {
    this.#credentials = credentials;
    this.#done = credentials === undefined;
  }

  /** The client has said who it is, or need not. */
  get done(): boolean {
    return this.#done;
  }

  /** Somebody was turned away: the connection ends when it has been told. */
  get refused(): boolean {
    return this.#refused;
  }

  /** The next frame is a token and no request. */
  get expectsBareToken(): boolean {
    return this.#bareTokens && !this.#done && !this.#refused;
  }

  /** Until the client has said who it is, it may ask for versions and say so, and nothing else. */
  admits(apiKey: number): boolean {
    return this.#done || (beforehand.has(apiKey) && !this.#refused);
  }

  handshake(mechanism: string, version: number): SaslHandshakeResponse {
    const { mechanisms } = this.#credentials ?? { mechanisms: [] };
    if (this.#done || this.#credentials === undefined)
      return { errorCode: errorCode.ILLEGAL_SASL_STATE, mechanisms };
    const exchange = isOffered(mechanism, mechanisms)
      ? exchangeFor(mechanism, this.#credentials)
      : undefined;
    this.#exchange = exchange;
    this.#refused = exchange === undefined;
    this.#bareTokens = version === BARE_TOKENS_VERSION;
    const code = exchange === undefined ? errorCode.UNSUPPORTED_SASL_MECHANISM : errorCode.NONE;
    return { errorCode: code, mechanisms };
  }

  authenticate(message: Buffer): SaslAuthenticateResponse {
    if (this.#done)
      return refusal(
        'ILLEGAL_SASL_STATE',
        'SaslAuthenticate request received after successful authentication',
      );
    if (this.#exchange === undefined) {
      this.#refused = true;
      return refusal(
        'ILLEGAL_SASL_STATE',
        'SaslAuthenticate request received before SaslHandshake',
      );
    }
    try {
      const { answer, done } = this.#exchange.next(message);
      this.#done = done;
      return {
        errorCode: errorCode.NONE,
        errorMessage: null,
        authBytes: answer,
        sessionLifetimeMs: 0,
      };
    } catch (error) {
      if (!(error instanceof SaslRefusal)) throw error;
      this.#refused = true;
      return refusal('SASL_AUTHENTICATION_FAILED', error.message);
    }
  }
}

function isOffered(
  mechanism: string,
  offered: readonly KafkaSaslMechanism[],
): mechanism is KafkaSaslMechanism {
  return saslMechanisms.some((known) => known === mechanism && offered.includes(known));
}

function exchangeFor(mechanism: KafkaSaslMechanism, credentials: Credentials): SaslExchange {
  return mechanism === 'PLAIN' ? plainExchange(credentials) : scramExchange(credentials, mechanism);
}

function refusal(
  name: 'ILLEGAL_SASL_STATE' | 'SASL_AUTHENTICATION_FAILED',
  message: string,
): SaslAuthenticateResponse {
  return {
    errorCode: errorCode[name],
    errorMessage: message,
    authBytes: NOTHING,
    sessionLifetimeMs: 0,
  };
}
