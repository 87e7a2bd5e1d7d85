/**
 * What we use of KafkaJS, and nothing else: its `Connection` (socket, TLS, SASL, correlation of answers). It is internal to
 * KafkaJS, which is why the peer dependency is pinned to one version.
 */
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { PartitaError } from '../../../core/index.ts';

/** The only version whose internals we know. The last release of KafkaJS. */
export const KAFKAJS_VERSION = '2.2.4';

export interface KafkaJsLogger {
  namespace(name: string): KafkaJsLogger;
  debug(message: string, extra?: object): void;
  info(message: string, extra?: object): void;
  warn(message: string, extra?: object): void;
  error(message: string, extra?: object): void;
}

export interface KafkaJsSocketRequest {
  readonly host: string;
  readonly port: number;
  readonly ssl: object | null;
  onConnect(): void;
}

export interface KafkaJsConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly logger: KafkaJsLogger;
  readonly ssl: object | null;
  readonly sasl: object | null;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly enforceRequestTimeout: boolean;
  socketFactory(request: KafkaJsSocketRequest): Socket;
}

export interface KafkaJsQueuedRequest {
  readonly entry: {
    readonly apiKey: number;
    readonly apiName: string;
    readonly apiVersion: number;
    readonly correlationId: number;
    resolve(answer: { readonly payload: Buffer }): void;
    reject(error: unknown): void;
  };
  readonly expectResponse: boolean;
  readonly requestTimeout: number | null;
  sendRequest(): void;
}

export interface KafkaJsConnection {
  readonly sasl: object | null;
  /** A 64-bit number of KafkaJS' own; `String(…)` gives milliseconds, 0: unlimited. */
  readonly sessionLifetime: { toString(): string };
  reauthenticationThreshold: number;
  readonly requestQueue: {
    readonly pending: readonly unknown[];
    push(request: KafkaJsQueuedRequest): void;
    scheduleCheckPendingRequests(): void;
  };
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  authenticate(): Promise<void>;
  isAuthenticated(): boolean;
  nextCorrelationId(): number;
  processData(data: Buffer): void;
  rejectRequests(error: unknown): void;
  setSupportAuthenticationProtocol(supported: boolean): void;
  setVersions(versions: Readonly<Record<number, object>>): void;
}

export type KafkaJsConnectionClass = new (options: KafkaJsConnectionOptions) => KafkaJsConnection;

/** Loads a module of an installed package; `require` of this file unless a test hands in another. */
export type Load = (id: string) => unknown;

const install = `npm install kafkajs@${KAFKAJS_VERSION}`;

/**
 * Loads KafkaJS' connection class.
 *
 * @throws PartitaError `MISSING_PEER` when KafkaJS is not installed, or in another version than 2.2.4.
 */
export function loadKafkaJsConnection(
  load: Load = createRequire(import.meta.url),
): KafkaJsConnectionClass {
  const { version } = loadOr(load, 'kafkajs/package.json') as { readonly version: string };
  if (version !== KAFKAJS_VERSION)
    throw new PartitaError(
      'MISSING_PEER',
      `The Kafka backend needs kafkajs ${KAFKAJS_VERSION} exactly, because it uses its connection directly; found ${version}. Run: ${install}`,
    );
  return loadOr(load, 'kafkajs/src/network/connection') as KafkaJsConnectionClass;
}

function loadOr(load: Load, id: string): unknown {
  try {
    return load(id);
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      `The Kafka backend needs the package kafkajs, which could not be loaded. Run: ${install}`,
      { cause },
    );
  }
}
