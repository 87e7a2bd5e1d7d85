/** Turns what KafkaJS, the socket and the decoder throw into our errors. */
import { type ErrorCode, PartitaError } from '../../../core/index.ts';
import { ProtocolError } from '../../../protocol/index.ts';

/** Certificates that no retry makes trusted. */
const untrusted: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function field(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** The socket could not be opened, or broke. `where` is like `127.0.0.1:9092 (fetch)`. */
export function connectionError(where: string, cause: unknown): PartitaError {
  if (PartitaError.is(cause)) return cause;
  if (untrusted.has(field(cause, 'code')))
    return new PartitaError(
      'CONNECTION_FAILED',
      `The certificate of ${where} is not trusted: ${messageOf(cause)}. Give its authority in ssl.ca, and check the host name.`,
      { cause },
    );
  return new PartitaError(
    'CONNECTION_FAILED',
    `Connection to ${where} failed: ${messageOf(cause)}`,
    {
      cause,
      retriable: true,
    },
  );
}

/** SASL did not go through, on a connection that is still up. */
export function authenticationError(where: string, cause: unknown): PartitaError {
  const name = field(cause, 'name');
  if (name === 'KafkaJSServerDoesNotSupportApiKey')
    return new PartitaError(
      'UNSUPPORTED',
      `${where} offers no SASL authentication; is it a plain port?`,
      {
        cause,
      },
    );
  // Anything else was thrown by the user's token provider, whose service may just be down.
  const refused = name === 'KafkaJSSASLAuthenticationError' || name === 'KafkaJSProtocolError';
  return new PartitaError(
    'AUTHENTICATION_FAILED',
    refused
      ? `${where} refused the credentials: ${messageOf(cause)}. Check sasl.mechanism and the credentials.`
      : `No credentials for ${where}: the token provider failed: ${messageOf(cause)}`,
    { cause, retriable: !refused },
  );
}

/** Bytes that do not decode, or a request that the version cannot carry. */
export function protocolError(what: string, where: string, cause: unknown): PartitaError {
  const code: ErrorCode =
    cause instanceof ProtocolError && cause.code === 'UNSUPPORTED' ? 'UNSUPPORTED' : 'CORRUPT_DATA';
  return new PartitaError(code, `${what} of ${where}: ${messageOf(cause)}`, { cause });
}
