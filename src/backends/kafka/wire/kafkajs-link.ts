import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { type Cancel, PartitaError } from '../../../core/index.ts';
import { type Api, apiVersionsApi } from '../../../protocol/index.ts';
import { createConnection, type LinkContext } from './kafkajs-connection.ts';
import type { KafkaJsConnection } from './kafkajs-internals.ts';
import { authenticationError, connectionError, protocolError } from './link-error.ts';
import { encodeRequestHeader, flexibleBodyStart } from './request-header.ts';
import { VersionTable } from './version-table.ts';
import type { BrokerAddress, Link, SendOptions } from './wire.ts';

/** We look at credentials this long before they expire, at most. */
const REAUTHENTICATION_THRESHOLD_MS = 10_000;

const closedByBroker = new Error('closed by the broker');

/** A request on its way. */
interface Call {
  reject(error: PartitaError): void;
  cancelTimeout: Cancel;
}

/** A link over one KafkaJS `Connection`, never used again after its first failure (KafkaJS keeps half an answer, for one). */
export class KafkaJsLink implements Link {
  readonly address: BrokerAddress;
  readonly #context: LinkContext;
  readonly #where: string;
  readonly #onClosed: (link: KafkaJsLink) => void;
  readonly #clientId: Buffer;
  readonly #connection: KafkaJsConnection;
  readonly #calls = new Set<Call>();
  #socket: Socket | undefined;
  #connected = false;
  #versions: VersionTable | undefined;
  /** Connecting, or authenticating again; absent when requests can go out at once. */
  #gate: Promise<void> | undefined;
  #cancelStage: Cancel = () => {};
  #death: PartitaError | undefined;
  /** Why the socket broke, as KafkaJS saw it. */
  #broken: unknown;

  constructor(
    address: BrokerAddress,
    purpose: string,
    context: LinkContext,
    onClosed: (link: KafkaJsLink) => void,
  ) {
    this.address = address;
    this.#context = context;
    this.#where = `${address.host}:${address.port} (${purpose})`;
    this.#onClosed = onClosed;
    this.#clientId = Buffer.from(context.clientId);
    this.#connection = createConnection(address, this.#where, context, {
      opened: (socket) => {
        this.#socket = socket;
      },
      broken: (cause) => {
        this.#broken ??= cause;
      },
      ended: (error) =>
        this.#die(error ?? connectionError(this.#where, this.#broken ?? closedByBroker)),
    });
  }

  get closed(): boolean {
    return this.#death !== undefined;
  }

  version(api: Api<never, unknown>): number | undefined {
    return this.#versions?.common(api);
  }

  close(): void {
    this.#die(new PartitaError('CLOSED', `The connection to ${this.#where} was closed.`));
  }

  send<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    options: SendOptions,
  ): Promise<Response> {
    if (this.#death !== undefined) return Promise.reject(this.#death);
    return new Promise((resolve, reject) => {
      const call = this.#begin(api.name, options.timeoutMs, reject);
      const finish = (response: Response): void => {
        if (!this.#calls.delete(call)) return;
        call.cancelTimeout();
        resolve(response);
      };
      const gate = this.#open();
      const write = (): void => {
        if (this.#calls.has(call)) this.#write(api, request, options, call, finish);
      };
      if (gate === undefined) write();
      else gate.then(write, (error: unknown) => this.#die(connectionError(this.#where, error)));
    });
  }

  #begin(name: string, timeoutMs: number, reject: (error: PartitaError) => void): Call {
    const call: Call = { reject, cancelTimeout: () => {} };
    call.cancelTimeout = this.#context.clock.schedule(timeoutMs, () => {
      if (!this.#calls.delete(call)) return;
      const message = `${name} to ${this.#where} was not answered within ${timeoutMs} ms.`;
      reject(new PartitaError('TIMEOUT', message, { retriable: true }));
      this.#die(new PartitaError('CONNECTION_FAILED', message, { retriable: true }));
    });
    this.#calls.add(call);
    return call;
  }

  #write<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    options: SendOptions,
    call: Call,
    finish: (response: Response) => void,
  ): void {
    const refuse = (error: PartitaError): void => {
      this.#calls.delete(call);
      call.cancelTimeout();
      call.reject(error);
    };
    const version = this.#versions?.common(api, options.maxVersion);
    if (version === undefined) {
      refuse(this.#noVersion(api));
      return;
    }
    let body: Buffer;
    try {
      body = api.encode(request, version);
    } catch (error) {
      refuse(protocolError(`${api.name} request`, this.#where, error));
      return;
    }
    const correlationId = this.#connection.nextCorrelationId();
    if (options.noResponse === true) {
      const sent = (error?: Error | null): void => {
        if (!error) finish(undefined as Response);
      };
      this.#transmit(api, version, correlationId, body, sent);
      return;
    }
    this.#connection.requestQueue.push({
      entry: {
        apiKey: api.key,
        apiName: api.name,
        apiVersion: version,
        correlationId,
        resolve: ({ payload }) => this.#decode(api, version, payload, finish),
        reject: (error) => this.#die(connectionError(this.#where, error)),
      },
      expectResponse: true,
      requestTimeout: null,
      sendRequest: () => this.#transmit(api, version, correlationId, body),
    });
  }

  #transmit<Request, Response>(
    api: Api<Request, Response>,
    version: number,
    correlationId: number,
    body: Buffer,
    sent?: (error?: Error | null) => void,
  ): void {
    const header = encodeRequestHeader({
      apiKey: api.key,
      version,
      flexible: version >= api.flexibleFrom,
      correlationId,
      clientId: this.#clientId,
      bodyBytes: body.length,
    });
    const socket = this.#socket as Socket;
    socket.cork();
    socket.write(header);
    socket.write(body, sent);
    socket.uncork();
  }

  #decode<Request, Response>(
    api: Api<Request, Response>,
    version: number,
    payload: Buffer,
    finish: (response: Response) => void,
  ): void {
    let response: Response;
    try {
      const flexible = version >= api.flexibleFrom;
      response = api.decode(
        flexible ? payload.subarray(flexibleBodyStart(payload)) : payload,
        version,
      );
    } catch (error) {
      this.#die(protocolError(`${api.name} v${version} response`, this.#where, error));
      return;
    }
    finish(response);
  }

  #noVersion({ key, name, versions }: Api<never, unknown>): PartitaError {
    const offered = this.#versions?.describe(key) ?? 'nothing';
    return new PartitaError(
      'UNSUPPORTED',
      `No version of ${name} in common with ${this.#where}: the broker offers ${offered}, Partita speaks ${versions.min}-${versions.max}.`,
    );
  }

  /** Single flight: everybody waits for the same connect, in the order of the calls. */
  #open(): Promise<void> | undefined {
    if (this.#gate !== undefined) return this.#gate;
    const { sasl } = this.#connection;
    const ready =
      this.#versions !== undefined && (sasl === null || this.#connection.isAuthenticated());
    if (ready) return undefined;
    this.#gate = (this.#versions === undefined ? this.#connect() : this.#authenticate()).then(
      () => {
        this.#gate = undefined;
      },
    );
    return this.#gate;
  }

  async #connect(): Promise<void> {
    const { connectionTimeoutMs, authenticationTimeoutMs, versionCeilings } = this.#context;
    this.#stage('connect', connectionTimeoutMs);
    await this.#connection.connect();
    this.#connected = true;
    this.#stage('agree on versions and authenticate', authenticationTimeoutMs);
    const { apiKeys } = await this.#askVersions();
    const versions = new VersionTable(apiKeys, versionCeilings);
    this.#connection.setVersions(versions.toKafkaJs());
    this.#connection.setSupportAuthenticationProtocol(true);
    if (this.#connection.sasl !== null) await this.#authenticate();
    this.#versions = versions;
    this.#cancelStage();
  }

  /** Version 0 is understood by every broker, and says all we need. */
  #askVersions(): Promise<ReturnType<typeof apiVersionsApi.decode>> {
    return new Promise((resolve, reject) => {
      const correlationId = this.#connection.nextCorrelationId();
      const body = apiVersionsApi.encode({}, 0);
      const hint = 'closed before the first answer; does the port want TLS or SASL, or neither?';
      this.#connection.requestQueue.push({
        entry: {
          apiKey: apiVersionsApi.key,
          apiName: apiVersionsApi.name,
          apiVersion: 0,
          correlationId,
          resolve: ({ payload }) => this.#decode(apiVersionsApi, 0, payload, resolve),
          reject: (cause) =>
            reject(
              PartitaError.is(cause)
                ? cause
                : connectionError(this.#where, new Error(hint, { cause })),
            ),
        },
        expectResponse: true,
        requestTimeout: null,
        sendRequest: () => this.#transmit(apiVersionsApi, 0, correlationId, body),
      });
    });
  }

  async #authenticate(): Promise<void> {
    const connection = this.#connection;
    try {
      await connection.authenticate();
    } catch (error) {
      // KafkaJS reports a connection that broke meanwhile as refused credentials too.
      if (this.#broken !== undefined) throw connectionError(this.#where, this.#broken);
      throw authenticationError(this.#where, error);
    }
    // A threshold above the lifetime would authenticate before each request.
    const lifetimeMs = Number(connection.sessionLifetime.toString());
    connection.reauthenticationThreshold = Math.min(REAUTHENTICATION_THRESHOLD_MS, lifetimeMs / 4);
  }

  #stage(what: string, timeoutMs: number): void {
    this.#cancelStage();
    this.#cancelStage = this.#context.clock.schedule(timeoutMs, () => {
      const message = `Could not ${what} with ${this.#where} within ${timeoutMs} ms.`;
      this.#die(new PartitaError('CONNECTION_FAILED', message, { retriable: true }));
    });
  }

  #die(error: PartitaError): void {
    if (this.#death !== undefined) return;
    this.#death = error;
    this.#cancelStage();
    const calls = [...this.#calls];
    this.#calls.clear();
    for (const call of calls) {
      call.cancelTimeout();
      call.reject(error);
    }
    this.#connection.rejectRequests(error);
    // An error makes KafkaJS drop its own connect timer; without one the timer would outlive the link.
    if (!this.#connected) this.#socket?.destroy(error);
    this.#connection.disconnect().then(
      () => this.#socket?.destroy(),
      () => this.#socket?.destroy(),
    );
    this.#onClosed(this);
  }
}
