import { type ErrorCode, type ErrorDetails, PartitaError } from '../../../core/index.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly advice: string;
}

/** Codes of the SDK's `MessagingError` (`@azure/core-amqp`, `ConditionErrorNameMapper`), and what to do about them. */
const meanings: Readonly<Record<string, Meaning>> = {
  MessagingEntityNotFoundError: final('UNKNOWN_TOPIC', 'Create the event hub, or correct its name'),
  MessagingEntityDisabledError: passing('UNAVAILABLE', 'The event hub is disabled: enable it'),
  UnauthorizedError: final(
    'AUTHENTICATION_FAILED',
    'Check connectionString or credential: its key, its expiry, and that its policy or role may listen and send',
  ),
  ArgumentOutOfRangeError: final('UNKNOWN_PARTITION', 'Check the partition and the position'),
  ArgumentError: final('INVALID_CONFIG', 'Check the options of the backend'),
  MessageTooLargeError: final('RECORD_TOO_LARGE', 'Split the record, or keep its value elsewhere'),
  QuotaExceededError: passing('UNAVAILABLE', 'A limit of the namespace is reached'),
  ReceiverDisconnectedError: passing(
    'UNAVAILABLE',
    'Another receiver with an owner level reads the partition; it is tried again',
  ),
  OperationTimeoutError: passing('TIMEOUT', 'Check that the namespace can be reached'),
};

/** Of Node's sockets, which the SDK hands on as the error's code. */
const network = /^(E[A-Z_]+|ServiceCommunicationProblem|.*(CommunicationError|Forced.*))$/;

const unreachable = passing(
  'CONNECTION_FAILED',
  'It is tried again. If that goes on, check the host of connectionString or namespace, and that its port 5671 is open from here (443 with webSocketOptions); an emulator also needs UseDevelopmentEmulator=true in connectionString',
);

/** Certificates that no retry makes trusted. */
const untrusted = /SELF_SIGNED_CERT|^UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|^ERR_TLS_CERT_ALTNAME/;

/** Every error of the client library, once, at the border. `what` is what was tried, such as `read orders-0`. */
export function eventHubsError(
  what: string,
  given: unknown,
  details: ErrorDetails = {},
): PartitaError {
  if (PartitaError.is(given)) return given;
  const cause = lastOf(given);
  const { code, message } = failureOf(cause);
  const { code: ours, retriable, advice } = meaningOf(cause);
  const said = code === '' || message.includes(code) ? message : `${code}: ${message}`;
  return new PartitaError(ours, `Could not ${what} (${said}). ${advice}.`, {
    ...details,
    cause: given,
    retriable,
  });
}

/** A call that was ended because its connection was cut fails as aborted: what cut the connection says more. */
export function causeOf(error: unknown, cut: AbortSignal): unknown {
  const isAborted = error instanceof Error && error.name === 'AbortError';
  return isAborted && cut.aborted ? cut.reason : error;
}

/** Another receiver with the same or a higher owner level reads the partition. */
export function isDisconnectedByOther(error: unknown): boolean {
  return failureOf(lastOf(error)).code === 'ReceiverDisconnectedError';
}

/** The service refused what it was asked for; asking again would not help. */
export function isNotFound(error: unknown): boolean {
  return failureOf(lastOf(error)).code === 'MessagingEntityNotFoundError';
}

/** A position the service does not take, such as an offset from before geo-replication was turned on. */
export function isRefusedPosition(error: unknown): boolean {
  const { code, message } = failureOf(lastOf(error));
  return /^Argument(OutOfRange)?Error$/.test(code) || message.includes('invalid-offset');
}

function meaningOf(cause: unknown): Meaning {
  const { code, message, retryable } = failureOf(cause);
  const known = meanings[code];
  if (known !== undefined) return known;
  if (untrusted.test(code))
    return final(
      'CONNECTION_FAILED',
      'Its certificate is not trusted: give its authority in webSocketOptions.webSocketConstructorOptions.ca or NODE_EXTRA_CA_CERTS, and check the host of connectionString or namespace',
    );
  if (network.test(code) || message === 'Failed to connect') return unreachable;
  if (retryable === false && code !== '') return final('UNAVAILABLE', 'See the cause');
  return passing('UNAVAILABLE', 'It is tried again');
}

/** When its retries differ the SDK throws all of them together; a WebSocket hands out an event around its error. */
function lastOf(error: unknown): unknown {
  if (error instanceof AggregateError) return error.errors.at(-1) ?? error;
  if (error instanceof Error || typeof error !== 'object' || error === null) return error;
  return 'error' in error && error.error instanceof Error ? error.error : error;
}

function failureOf(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly retryable: unknown;
} {
  if (typeof error !== 'object' || error === null)
    return { code: '', message: String(error), retryable: undefined };
  const { code, message, retryable } = error as Record<string, unknown>;
  return { code: typeof code === 'string' ? code : '', message: String(message), retryable };
}

function final(code: ErrorCode, advice: string): Meaning {
  return { code, retriable: false, advice };
}

function passing(code: ErrorCode, advice: string): Meaning {
  return { code, retriable: true, advice };
}
