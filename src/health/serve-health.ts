import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type App,
  type Cancel,
  type Clock,
  type Health,
  InvalidConfigError,
  OptionCheck,
} from '../core/index.ts';
import { httpEndpoint } from '../system/http-endpoint.ts';
import { realClock } from '../system/real-clock.ts';
import { type HealthReport, liveness, readiness } from './report.ts';
import { type StuckPartition, StuckPartitions } from './stuck-partitions.ts';

export interface HealthOptions {
  /** Port to listen on; 0 for any that is free. */
  readonly port: number;
  /** Address to listen on. @default '0.0.0.0' */
  readonly host?: string;
  /**
   * A partition that has work counts as stuck when no handler of it has ended for so long, in milliseconds. Longer than the
   * longest handler. Waits between two tries do not count. @default 300_000
   */
  readonly stuckAfterMs?: number;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** A health endpoint that listens. */
export interface HealthServer extends AsyncDisposable {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  close(): Promise<void>;
}

/** How often partitions are looked at, in milliseconds; a standstill is known to within it. */
const lookEveryMs = 1_000;

/**
 * Serves `GET /live` and `GET /ready` for an application, with what is wrong and how each partition gets on as JSON: 200 or 503.
 * `/live` turns red when a partition stands still although the process is fine; `/ready` also before the group is joined, while
 * something is wrong, and when the application stops.
 *
 * @throws InvalidConfigError with all problems of the options at once; PartitaError `INVALID_CONFIG` when the port is taken.
 */
export async function serveHealth(app: App, options: HealthOptions): Promise<HealthServer> {
  const { port, host, stuckAfterMs, clock } = resolve(options);
  const watch = new Watch(app, new StuckPartitions(stuckAfterMs), clock);
  const endpoint = await httpEndpoint('The health endpoint', { port, host }, (request, response) =>
    watch.answer(request, response),
  );
  watch.start();
  const close = () => {
    watch.stop();
    return endpoint.close();
  };
  return { url: endpoint.url, close, [Symbol.asyncDispose]: close };
}

class Watch {
  readonly #app: App;
  readonly #stuck: StuckPartitions;
  readonly #clock: Clock;
  #cancel: Cancel = () => {};

  constructor(app: App, stuck: StuckPartitions, clock: Clock) {
    this.#app = app;
    this.#stuck = stuck;
    this.#clock = clock;
  }

  /** Looks regularly, not only when asked: a standstill counts from the first look. */
  start(): void {
    this.#look(this.#app.health());
    this.#cancel = this.#clock.schedule(lookEveryMs, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  answer({ method, url = '/' }: IncomingMessage, response: ServerResponse): void {
    const reports: Readonly<Record<string, typeof liveness>> = {
      '/live': liveness,
      '/ready': readiness,
    };
    const path = url.split('?', 1)[0] ?? '/';
    const report = Object.hasOwn(reports, path) ? reports[path] : undefined;
    if (report === undefined) {
      end(response, 404, {
        ok: false,
        problems: [`there is no ${path}; ask for /live or /ready`],
      });
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      end(response, 405, { ok: false, problems: [`${method} is not served; use GET`] });
      return;
    }
    const health = this.#app.health();
    const body: HealthReport = report(health, this.#look(health));
    end(response, body.ok ? 200 : 503, body);
  }

  #look({ consumers }: Health): readonly StuckPartition[] {
    return this.#stuck.look(consumers, this.#clock.now());
  }
}

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

function resolve(options: HealthOptions): Required<HealthOptions> {
  const check = new OptionCheck();
  const given: Partial<HealthOptions> = check.object('options', options);
  check.known('', given, ['port', 'host', 'stuckAfterMs', 'clock']);
  const { host = '0.0.0.0', clock = realClock, stuckAfterMs = 300_000 } = given;
  const port = check.count('port', given.port, 0);
  if (port > 65_535) check.problem(`port is ${port}, expected a number from 0 to 65535`);
  check.optionalText('host', given.host);
  check.optionalMs('stuckAfterMs', given.stuckAfterMs);
  if (check.problems.length > 0) throw new InvalidConfigError('health options', check.problems);
  return { port, host, stuckAfterMs, clock };
}
