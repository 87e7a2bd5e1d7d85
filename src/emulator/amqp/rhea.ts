/**
 * What we use of rhea, and nothing else. Some of it is internal to rhea, which is why the peer dependency is pinned to one
 * version; `tame-connection.ts` tells what for.
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import { PartitaError } from '../../core/index.ts';

/** An encoded or decoded value that remembers its AMQP type. */
export interface Typed {
  readonly value: unknown;
}

/** A frame's list of fields. Fields are accessors over `value`; trailing ones may be missing. */
export interface Performative {
  readonly value: unknown[];
  [field: string]: unknown;
}

export interface Terminus {
  readonly address?: string | null;
  readonly filter?: Readonly<Record<string, { readonly value?: unknown }>> | null;
  described(): Typed;
}

export interface RemoteAttach {
  readonly source: Terminus | null;
  readonly target: Terminus | null;
  readonly properties?: Readonly<Record<string, unknown>> | null;
  readonly desired_capabilities?: string | readonly string[] | null;
  /** 0: unsettled, 1: settled, 2: the sender chooses by delivery. */
  readonly snd_settle_mode?: number | null;
}

export interface LocalAttach {
  source: Typed | undefined;
  target: Typed | undefined;
  max_message_size: number | undefined;
  snd_settle_mode: number | undefined;
  properties: Readonly<Record<string, unknown>>;
}

export interface AmqpCondition {
  readonly condition: string;
  readonly description: string;
  readonly info: null;
}

export interface RheaDelivery {
  readonly link: RheaLink;
  settled: boolean;
  remote_settled: boolean;
  update(settled: boolean, state: Typed): void;
}

/** A ring of deliveries that are not settled yet. */
export interface DeliveryRing {
  readonly entries: readonly (RheaDelivery | undefined)[];
  readonly head: number;
  readonly size: number;
  readonly capacity: number;
  available(): number;
}

export interface RheaSession {
  readonly outgoing: { readonly deliveries: DeliveryRing; transfer_window(): number };
  readonly remote: { readonly handles: Readonly<Record<number, RheaLink | undefined>> };
  readonly links: Readonly<Record<string, RheaLink>>;
  readonly local: { readonly begin: Performative };
  readonly error?: unknown;
}

export interface RheaLink {
  readonly name: string;
  readonly session: RheaSession;
  readonly local: { readonly attach: LocalAttach };
  readonly remote: { readonly attach: RemoteAttach };
  readonly credit: number;
  /** What the peer gave as reason when it detached. */
  readonly error?: unknown;
  is_open(): boolean;
  close(error?: AmqpCondition): void;
  on(event: string, listener: (context: RheaContext) => void): void;
}

/** The receiving end of a link on which the client sends. */
export type RheaReceiver = RheaLink;

/** The sending end of a link on which the client receives. */
export interface RheaSender extends RheaLink {
  send(message: object, tag?: Buffer): void;
  /** Encoded bytes. */
  send(bytes: Buffer, tag: Buffer, format: number): void;
}

export interface RheaMessage {
  readonly message_id?: unknown;
  readonly reply_to?: string;
  readonly application_properties?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export interface RheaContext {
  readonly sender?: RheaSender;
  readonly receiver?: RheaReceiver;
  readonly session?: RheaSession;
  readonly message?: unknown;
  readonly format?: number;
  readonly delivery?: RheaDelivery;
  readonly error?: unknown;
}

export interface Frame {
  readonly channel: number;
  readonly performative: Performative;
}

export interface RheaConnection extends EventEmitter {
  readonly remote_channel_map: Readonly<Record<number, RheaSession | undefined>>;
  readonly max_frame_size: number | undefined;
  readonly amqp_transport: {
    encode(frame: object): void;
    has_writes_pending(): boolean;
  };
  /** Timers of heartbeats; numbers or handles, undefined when not set. */
  heartbeat_in: NodeJS.Timeout | undefined;
  heartbeat_out: NodeJS.Timeout | undefined;
  abort_idle: NodeJS.Timeout | undefined;
  /** Nothing is written while false. */
  socket_ready: boolean;
  accept(socket: Duplex): void;
  close(error?: AmqpCondition): void;
  output(): void;
  _process(): void;
  _write_frame(channel: number, performative?: Performative, payload?: Buffer): void;
  on_transfer(frame: Frame): void;
  on_flow(frame: Frame): void;
  on_disposition(frame: Frame): void;
  on_detach(frame: Frame): void;
}

export interface RheaContainer extends EventEmitter {
  sasl_server_mechanisms: Record<string, unknown>;
  create_container(options: object): RheaContainer;
  create_connection(options: object): RheaConnection;
  readonly sasl: {
    server_mechanisms(): Record<string, unknown> & {
      enable_anonymous(): void;
      enable_plain(check: () => boolean): void;
    };
    server_add_external(mechanisms: object): void;
  };
  readonly message: {
    accepted(): { described(): Typed };
    rejected(fields: object): { described(): Typed };
  };
  readonly types: {
    wrap_uint(value: number): Typed;
    wrap_int(value: number): Typed;
    wrap_long(value: number): Typed;
    wrap_short(value: number): Typed;
    wrap_string(value: string): Typed;
    wrap_symbol(value: string): Typed;
    wrap_timestamp(value: number): Typed;
    wrap_boolean(value: boolean): Typed;
    wrap_array(values: readonly unknown[], typeCode: number): Typed;
  };
}

/** The only version whose internals we know. */
const RHEA_VERSION = '3.0.5';

type Load = (id: string) => unknown;

/** @throws PartitaError `MISSING_PEER` when rhea is not installed, or in another version than 3.0.5. */
export function loadRhea(load: Load = createRequire(import.meta.url)): RheaContainer {
  const { version } = loadOr(load, 'rhea/package.json') as { readonly version: string };
  if (version !== RHEA_VERSION) {
    throw missing(
      `rhea ${RHEA_VERSION} exactly, because it uses some of its internals; found ${version}`,
    );
  }
  return loadOr(load, 'rhea') as RheaContainer;
}

function loadOr(load: Load, id: string): unknown {
  try {
    return load(id);
  } catch (cause) {
    throw missing('the package rhea, which could not be loaded', cause);
  }
}

function missing(what: string, cause?: unknown): PartitaError {
  return new PartitaError(
    'MISSING_PEER',
    `The emulator needs ${what}. Run: npm install --save-dev rhea@${RHEA_VERSION}`,
    { cause },
  );
}
