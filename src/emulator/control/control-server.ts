import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { PartitaError } from '../../core/index.ts';
import type { Faults } from '../faults/faults.ts';
import type { KafkaBroker } from '../kafka/broker.ts';
import { listen } from '../listen.ts';
import type { EmulatorState } from '../state.ts';
import { commands } from './commands.ts';
import { kafkaCommands } from './kafka-commands.ts';

/** What the control port is for: the Event Hubs side with faults and state, the Kafka side, or both. */
export interface Controlled {
  readonly faults?: Faults;
  readonly state?: EmulatorState;
  readonly kafka?: KafkaBroker | undefined;
}

type Command = (fields: Record<string, unknown>) => number | undefined | Promise<undefined>;

interface Answer {
  readonly status: number;
  readonly body: object;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Faults and state over HTTP, on the loopback address only:
 *
 * - `GET /health`, `GET /state`
 * - `POST /faults/<name>` with the fault's fields as JSON; `POST /kafka/faults/<name>` on the Kafka side
 * - `POST /kafka/move-leader`, `/kafka/move-coordinator`, `/kafka/stop-broker`, `/kafka/start-broker`, `/kafka/compact`
 * - `DELETE /faults` ends all standing faults, on both sides
 */
export class ControlServer {
  readonly #controlled: Controlled;
  #server: Server | undefined;

  constructor(controlled: Controlled) {
    this.#controlled = controlled;
  }

  /** @throws PartitaError `UNAVAILABLE` when the port cannot be had. */
  async listen(port: number): Promise<number> {
    // Loading HTTP takes a fifth of a broker's whole start, and most do without.
    const { createServer } = await import('node:http');
    this.#server = createServer((request, response) => {
      this.#serve(request)
        .catch((error: unknown) => answerTo(error))
        .then(({ status, body }) => send(response, status, body))
        .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
    return listen(this.#server, port, '127.0.0.1');
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage): Promise<Answer> {
    const { faults, kafka } = this.#controlled;
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const asked = `${request.method} ${pathname}`;
    if (asked === 'GET /health') return done({ status: 'healthy' });
    if (asked === 'GET /state') return done(this.#state());
    if (asked === 'DELETE /faults') {
      faults?.clear();
      kafka?.faults.clear();
      return done({});
    }
    const known = this.#commands();
    const command = known.get(asked);
    if (command !== undefined) return done({ hit: (await command(await fieldsOf(request))) ?? 0 });
    const list = ['GET /health', 'GET /state', 'DELETE /faults', ...known.keys()].join(', ');
    return { status: 404, body: { error: `There is no ${asked}; known are ${list}.` } };
  }

  /** With both sides the Kafka side is told beside what the Event Hubs side tells. */
  #state(): object {
    const { state, kafka } = this.#controlled;
    if (kafka === undefined) return state ?? {};
    return state === undefined ? kafka.state : { ...state, kafka: kafka.state };
  }

  #commands(): ReadonlyMap<string, Command> {
    const { faults, kafka } = this.#controlled;
    const all = new Map<string, Command>();
    if (faults !== undefined)
      for (const [name, run] of commands)
        all.set(`POST /faults/${name}`, (fields) => run(faults, fields));
    if (kafka !== undefined)
      for (const [name, run] of kafkaCommands)
        all.set(`POST /kafka/${name}`, (fields) => run(kafka, fields));
    return all;
  }
}

const done = (body: object): Answer => ({ status: 200, body });

async function fieldsOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw wrong(`The body is longer than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text === '') return {};
  const json: unknown = parse(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw wrong('The body must be a JSON object with the fields of the fault.');
  }
  return json as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(`The body is no JSON: ${(error as SyntaxError).message}`);
  }
}

const wrong = (message: string): PartitaError => new PartitaError('INVALID_CONFIG', message);

function answerTo(error: unknown): Answer {
  if (!PartitaError.is(error)) return { status: 500, body: { error: String(error) } };
  return { status: 400, body: { error: error.message, code: error.code } };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
