import { isIP, connect as openSocket, type Socket } from 'node:net';
import { connect as openTlsSocket } from 'node:tls';
import { type Clock, type Logger, PartitaError } from '../../../core/index.ts';
import { FrameGuard } from './frame-guard.ts';
import type {
  KafkaJsConnection,
  KafkaJsConnectionClass,
  KafkaJsLogger,
  KafkaJsSocketRequest,
} from './kafkajs-internals.ts';
import type { BrokerAddress } from './wire.ts';

/** What all links of one wire share. */
export interface LinkContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly Connection: KafkaJsConnectionClass;
  readonly clientId: string;
  /** Options of `tls.connect`; `null` for plain text. */
  readonly ssl: object | null;
  readonly sasl: object | null;
  readonly connectionTimeoutMs: number;
  readonly authenticationTimeoutMs: number;
  /** A longer answer is taken for garbage. */
  readonly maxFrameBytes: number;
  /** Highest version to use by API key. */
  readonly versionCeilings: ReadonlyMap<number, number>;
  /** Opens connections. @default sockets of Node */
  readonly socketFactory?: ((request: KafkaJsSocketRequest) => Socket) | undefined;
}

export interface ConnectionEvents {
  opened(socket: Socket): void;
  /** KafkaJS noticed that the socket broke; `ended` follows. */
  broken(cause: unknown): void;
  /** The socket is gone, or must go because of `error`. */
  ended(error?: PartitaError): void;
}

/** Idle connections are dropped by clouds after some minutes (Azure: four). */
const KEEP_ALIVE_MS = 60_000;

/** A KafkaJS connection, not connected yet, whose known defects are closed off. */
export function createConnection(
  address: BrokerAddress,
  where: string,
  context: LinkContext,
  events: ConnectionEvents,
): KafkaJsConnection {
  const { Connection, clientId, ssl, sasl, connectionTimeoutMs, maxFrameBytes, log } = context;
  const connection = new Connection({
    ...address,
    clientId,
    ssl,
    // KafkaJS writes into it.
    sasl: sasl === null ? null : { ...sasl },
    logger: quietLogger(log, where),
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: connectionTimeoutMs,
    // Time-outs are ours: KafkaJS can only lengthen its default, and goes on using the socket after one.
    enforceRequestTimeout: false,
    socketFactory: (request) => {
      const socket = (context.socketFactory ?? createSocket)(request);
      socket.once('close', () => events.ended());
      events.opened(socket);
      return socket;
    },
  });
  guardFrames(connection, maxFrameBytes, (length) => events.ended(garbage(length, where)));
  const rejectRequests = connection.rejectRequests.bind(connection);
  let rejecting = false;
  connection.rejectRequests = (error) => {
    events.broken(error);
    // The first rejected request ends the link, which comes back here; KafkaJS cannot reject a request twice.
    if (rejecting) return;
    rejecting = true;
    rejectRequests(error);
    rejecting = false;
  };
  stopNegativeTimers(connection);
  return connection;
}

function createSocket({ host, port, ssl, onConnect }: KafkaJsSocketRequest): Socket {
  const server = isIP(host) === 0 ? { servername: host } : {};
  const socket =
    ssl === null
      ? openSocket({ host, port }, onConnect)
      : openTlsSocket({ host, port, ...server, ...ssl }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  socket.setNoDelay(true);
  return socket;
}

function guardFrames(
  connection: KafkaJsConnection,
  maxFrameBytes: number,
  bad: (length: number) => void,
): void {
  const guard = new FrameGuard(maxFrameBytes);
  const processData = connection.processData.bind(connection);
  let stopped = false;
  connection.processData = (data) => {
    if (stopped) return;
    const badLength = guard.badLength(data);
    stopped = badLength !== undefined;
    if (badLength === undefined) processData(data);
    else bad(badLength);
  };
}

function garbage(length: number, where: string): PartitaError {
  return new PartitaError(
    'CORRUPT_DATA',
    `${where} announced an answer of ${length} bytes: this is not Kafka's protocol. Is it a TLS port reached without ssl?`,
  );
}

/** After each answer KafkaJS arms a timer with a negative delay, although nothing waits; Node 24 warns about it. */
function stopNegativeTimers({ requestQueue }: KafkaJsConnection): void {
  const schedule = requestQueue.scheduleCheckPendingRequests.bind(requestQueue);
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule();
  };
}

/** Errors come to us as rejections; what KafkaJS says beside them is for debugging. */
function quietLogger(log: Logger, where: string): KafkaJsLogger {
  const pass = (message: string): void => log.debug(`kafkajs: ${message}`, { broker: where });
  const drop = (): void => {};
  const logger = { namespace: () => logger, debug: drop, info: drop, warn: pass, error: pass };
  return logger;
}
