import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { PartitaError } from '../../core/index.ts';
import type { Faults } from '../faults/faults.ts';
import { listen } from '../listen.ts';
import type { EmulatorState } from '../state.ts';
import { commands } from './commands.ts';

/** What the control port is for. */
export interface Controlled {
  readonly faults: Faults;
  readonly state: EmulatorState;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Faults and state over HTTP, on the loopback address only:
 *
 * - `GET /health`, `GET /state`
 * - `POST /faults/<name>` with the fault's fields as JSON
 * - `DELETE /faults` ends all standing faults
 */
export class ControlServer {
  readonly #controlled: Controlled;
  readonly #server: Server;

  constructor(controlled: Controlled) {
    this.#controlled = controlled;
    this.#server = createServer((request, response) => {
      this.#serve(request)
        .catch((error: unknown) => answerTo(error))
        .then(({ status, body }) => send(response, status, body))
        .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
  }

  /** @throws PartitaError `UNAVAILABLE` when the port cannot be had. */
  listen(port: number): Promise<number> {
    return listen(this.#server, port, '127.0.0.1');
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const { faults, state } = this.#controlled;
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const asked = `${request.method} ${pathname}`;
    if (asked === 'GET /health') return { status: 200, body: { status: 'healthy' } };
    if (asked === 'GET /state') return { status: 200, body: state };
    if (asked === 'DELETE /faults') {
      faults.clear();
      return { status: 200, body: {} };
    }
    const command = commands.get(asked.replace('POST /faults/', ''));
    if (command === undefined) {
      const known = [...commands.keys()].map((name) => `POST /faults/${name}`);
      const error = `There is no ${asked}; known are GET /health, GET /state, DELETE /faults, ${known.join(', ')}.`;
      return { status: 404, body: { error } };
    }
    return { status: 200, body: { hit: command(faults, await fieldsOf(request)) ?? 0 } };
  }
}

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

function answerTo(error: unknown): { status: number; body: object } {
  if (!PartitaError.is(error)) return { status: 500, body: { error: String(error) } };
  return { status: 400, body: { error: error.message, code: error.code } };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
