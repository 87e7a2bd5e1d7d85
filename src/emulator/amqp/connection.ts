import type { Namespace } from '../namespace.ts';
import { type Address, parseAddress } from './address.ts';
import { attachConsumer, attachProducer, confirm } from './attach.ts';
import { answerCbs } from './cbs.ts';
import { AmqpError } from './conditions.ts';
import { ConsumerLink, type LinkOutlet } from './consumer-link.ts';
import { answerManagement } from './management.ts';
import { RequestNode } from './request-node.ts';
import type {
  RheaConnection,
  RheaContainer,
  RheaContext,
  RheaLink,
  RheaReceiver,
  RheaSender,
} from './rhea.ts';
import { allows, type Grant } from './sas-token.ts';
import type { ServedLink } from './served-link.ts';
import { SessionRoom } from './session-room.ts';
import type { Wire } from './socket-server.ts';
import { RAW_FORMAT, tameConnection } from './tame-connection.ts';

/** Handles per session; what the service offers. */
const HANDLE_MAX = 4999;

/** rhea's events that report trouble of the peer. The links are cleaned up when they or the socket close. */
const troubles = [
  'error',
  'protocol_error',
  'connection_error',
  'session_error',
  'sender_error',
  'receiver_error',
];

/** One client: its tokens, its links, its requests. */
export class AmqpConnection {
  readonly #rhea: RheaContainer;
  readonly #connection: RheaConnection;
  readonly #wire: Wire;
  readonly #namespace: Namespace;
  readonly #cbs: RequestNode;
  readonly #management: RequestNode;
  readonly #outlet: LinkOutlet;
  readonly #links = new Map<RheaLink, ServedLink>();
  #grants: Grant[] = [];

  constructor(rhea: RheaContainer, connection: RheaConnection, wire: Wire, namespace: Namespace) {
    this.#rhea = rhea;
    this.#connection = connection;
    this.#wire = wire;
    this.#namespace = namespace;
    this.#cbs = new RequestNode(
      rhea,
      answerCbs(namespace, (grant) => this.#grant(grant)),
    );
    this.#management = new RequestNode(
      rhea,
      answerManagement(rhea, namespace, (path) => this.#isAllowed(path)),
    );
    const room = new SessionRoom(connection);
    this.#outlet = {
      take: (link, sizeBytes) => room.take(link, sizeBytes),
      creditOf: (link) => room.creditOf(link),
      isFull: () => wire.stream.writableNeedDrain,
    };
    tameConnection(connection, wire.stream, {
      rawFormat: rhea.types.wrap_uint(RAW_FORMAT),
      flushed: () => {
        room.written();
        this.#resume();
      },
    });
    this.#listen();
  }

  get links(): readonly ServedLink[] {
    return [...this.#links.values()].filter(({ isOpen }) => isOpen);
  }

  /** Cuts the connection without a word, as a network does. */
  drop(): void {
    this.#wire.cut();
  }

  #listen(): void {
    const connection = this.#connection;
    connection.on('session_open', ({ session }: RheaContext) => {
      if (session !== undefined) Object.assign(session.local.begin, { handle_max: HANDLE_MAX });
    });
    connection.on('receiver_open', ({ receiver }: RheaContext) => {
      if (receiver !== undefined) this.#attach(receiver, () => this.#openReceiver(receiver));
    });
    connection.on('sender_open', ({ sender }: RheaContext) => {
      if (sender !== undefined) this.#attach(sender, () => this.#openSender(sender));
    });
    connection.on('receiver_close', ({ receiver }: RheaContext) => this.#ended(receiver));
    connection.on('sender_close', ({ sender }: RheaContext) => this.#ended(sender));
    connection.on('session_close', ({ session }: RheaContext) => {
      for (const link of this.#links.keys()) if (link.session === session) this.#ended(link);
    });
    for (const trouble of troubles) {
      connection.on(trouble, (context: unknown) => this.#report(trouble, context));
    }
    connection.on('connection_close', () => this.#endAll());
    connection.on('disconnected', () => this.#endAll());
    this.#wire.stream.on('close', () => this.#endAll());
    this.#wire.stream.on('drain', () => this.#resume());
  }

  #attach(link: RheaLink, open: () => ServedLink | undefined): void {
    link.local.attach.properties = {};
    try {
      const served = open();
      confirm(link);
      if (served !== undefined) this.#links.set(link, served);
    } catch (error) {
      if (!(error instanceof AmqpError)) throw error;
      // A refusal is an attach without termini, then a detach with the reason.
      link.local.attach.source = undefined;
      link.local.attach.target = undefined;
      link.close(error.asFields());
    }
  }

  /** The client sends, so here it is a receiver. */
  #openReceiver(link: RheaReceiver): ServedLink | undefined {
    const address = addressOf(link.remote.attach.target?.address);
    if (address.kind === 'cbs') this.#cbs.addRequestLink(link);
    else if (address.kind === 'management') this.#management.addRequestLink(link);
    else if (address.kind === 'hub') return attachProducer(this.#context, link, address);
    else throw new AmqpError('amqp:not-allowed', 'Nothing can be sent to a consumer group.');
    return undefined;
  }

  /** The client receives, so here it is a sender. */
  #openSender(link: RheaSender): ServedLink | undefined {
    const { source } = link.remote.attach;
    const address = addressOf(source?.address);
    if (address.kind === 'cbs') this.#cbs.addReplyLink(link);
    else if (address.kind === 'management') this.#management.addReplyLink(link);
    else if (address.kind === 'consumer' && source !== null) {
      return attachConsumer(this.#context, link, source, address);
    } else throw new AmqpError('amqp:not-allowed', 'Events are received from a consumer group.');
    return undefined;
  }

  get #context() {
    return {
      rhea: this.#rhea,
      namespace: this.#namespace,
      outlet: this.#outlet,
      isAllowed: (path: string) => this.#isAllowed(path),
    };
  }

  #grant(grant: Grant): void {
    this.#grants = [...this.#grants.filter(({ path }) => path !== grant.path), grant];
  }

  #isAllowed(path: string): boolean {
    return allows(this.#grants, path, this.#namespace.clock.now());
  }

  #resume(): void {
    for (const link of this.#links.values()) if (link instanceof ConsumerLink) link.resume();
  }

  #ended(link: RheaLink | undefined): void {
    if (link === undefined) return;
    this.#links.get(link)?.ended();
    this.#links.delete(link);
  }

  #endAll(): void {
    for (const link of this.#links.keys()) this.#ended(link);
  }

  /** Mostly a client's answer to what it was told: no news, but of use when something does not work. */
  #report(trouble: string, context: unknown): void {
    if (trouble === 'error') {
      this.#namespace.log.error('The emulator failed in serving a client', { error: context });
      return;
    }
    const { sender, receiver, session, error } = (context ?? {}) as RheaContext;
    const reason = sender?.error ?? receiver?.error ?? session?.error ?? error ?? context;
    this.#namespace.log.debug('A client of the emulator met trouble', { trouble, reason });
  }
}

function addressOf(address: string | null | undefined): Address {
  if (typeof address === 'string') return parseAddress(address);
  throw new AmqpError('amqp:not-implemented', 'The emulator serves no links without an address.');
}
