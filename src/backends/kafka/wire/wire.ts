/**
 * The wire port: what the group member, the fetcher, the producer and the admin need from a Kafka connection.
 *
 * A driver (KafkaJS today) implements it in this folder. It is thin: connect, authenticate, negotiate versions, send one
 * request, hand back one response. Which request goes where, when, and what an error code means is decided above it.
 */
import type { Api } from '../../../protocol/index.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** A broker as the cluster's metadata names it. */
export interface BrokerNode extends BrokerAddress {
  readonly nodeId: number;
  readonly rack?: string;
}

export interface SendOptions {
  /** No answer by then is the death of the link: the request fails with `TIMEOUT` and the link closes. */
  readonly timeoutMs: number;
  /** Highest version to use, below what both sides could do. @default no limit */
  readonly maxVersion?: number;
  /** The broker sends no answer (produce with acks 0): resolves when the bytes are handed to the socket. */
  readonly noResponse?: boolean;
}

/**
 * One connection for one purpose, used once: it connects on the first `send` (single flight), and after any error or
 * time-out it is closed for good and its owner makes a new one. A broker handles the requests of one connection one after
 * the other, so heartbeats, joins, fetches and writes each have their own.
 *
 * `send` rejects with `PartitaError`: `CONNECTION_FAILED` or `TIMEOUT` (both retriable, on a fresh link),
 * `AUTHENTICATION_FAILED`, `UNSUPPORTED` (no version in common; the minimum is checked too), `CORRUPT_DATA` (bytes that do
 * not decode), `CLOSED`. Error codes *inside* a response are values and stay with the caller.
 */
export interface Link {
  readonly address: BrokerAddress;
  readonly closed: boolean;
  send<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    options: SendOptions,
  ): Promise<Response>;
  /** Version that `send` would use, once connected; `undefined` when the broker and we have none in common. */
  version(api: Api<never, unknown>): number | undefined;
  /** Fails what is in flight with `CLOSED` and destroys the socket. At once, also towards a dead peer. */
  close(): void;
}

export interface PartitionMetadata {
  readonly partition: number;
  /** -1 while there is no leader. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
}

export interface TopicMetadata {
  readonly topic: string;
  readonly internal: boolean;
  readonly partitions: readonly PartitionMetadata[];
}

/** A snapshot of what the cluster said last; asked again on demand. */
export interface ClusterMetadata {
  readonly brokers: ReadonlyMap<number, BrokerNode>;
  readonly topics: ReadonlyMap<string, TopicMetadata>;
  readonly controllerId: number;
}

export interface Wire {
  /** A new link, not connected yet. `purpose` shows up in logs and errors: `join`, `heartbeat`, `fetch`, `produce`, … */
  link(address: BrokerAddress, purpose: string): Link;
  /**
   * Metadata of these topics, or of all with `null`, from any broker that answers (bootstrap list and known brokers in
   * turn); one attempt over all of them, callers retry. Topics that do not exist are absent from the answer. Concurrent
   * calls for the same topics share one request.
   */
  metadata(topics: readonly string[] | null): Promise<ClusterMetadata>;
  /** Closes every link that is still open. */
  close(): Promise<void>;
}
