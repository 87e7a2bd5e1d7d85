import type { ConsumerStatus } from '../engine/consumer-status.ts';
import type { Cancel, Clock, Random } from '../model/clock.ts';
import { InvalidConfigError } from '../model/errors.ts';
import type { Logger } from '../model/logger.ts';
import type { BackendDefinition, ProducerOptions } from '../ports/backend.ts';
import { checkTelemetry, type Telemetry } from '../telemetry.ts';
import { checkMiddleware, type Middleware } from './middleware.ts';
import { OptionCheck } from './option-check.ts';
import type { AssignorLookup } from './resolve-subscription.ts';

export interface AppOptions {
  /** `memory(…)`, `kafka(…)` or `eventHubs(…)`. */
  readonly backend: BackendDefinition;
  /** Names this process to the broker. @default 'partita' */
  readonly clientId?: string;
  /** @default warnings and errors, on standard error */
  readonly logger?: Logger;
  /**
   * Around all handlers and all writes of the application, outermost (nearest to the broker) first; outside of what a
   * consumer has. See `partita/middleware`. @default none
   */
  readonly middleware?: readonly Middleware[];
  /** Spans and metrics; what `openTelemetry()` of `partita/telemetry` makes. @default none */
  readonly telemetry?: Telemetry;
  /** Defaults of `producer()`. What handlers publish and dead letters are written with all replicas' acknowledgement anyway. */
  readonly producer?: Partial<ProducerOptions>;
  /**
   * How long `start` waits for a broker that cannot be reached before it fails, in milliseconds. A rebalance that takes its
   * time is waited for; and once the consumers have joined, no outage ends them. Also how long the admin waits for a broker
   * that has never answered. @default 60_000
   */
  readonly startTimeoutMs?: number;
  /** How long `stop` waits for running handlers, in milliseconds. @default 30_000 */
  readonly stopTimeoutMs?: number;
}

/** What an application takes from the world. The package root hands in the real one, tests a virtual one. */
export interface System {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly assignorByName: AssignorLookup;
  /** Calls back each time the process is asked to end (SIGTERM, SIGINT), until cancelled. */
  onTerminate(terminate: () => void): Cancel;
}

/** What an application is doing and what is wrong with it. */
export interface Health {
  /** Nothing is wrong: every consumer has joined and no partition stands still. */
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly consumers: readonly ConsumerStatus[];
}

/** @throws InvalidConfigError with every problem at once. */
export function checkAppOptions(given: AppOptions): void {
  const check = new OptionCheck();
  const options = check.object('options', given);
  check.known('', options, [
    'backend',
    'clientId',
    'logger',
    'middleware',
    'producer',
    'startTimeoutMs',
    'stopTimeoutMs',
    'telemetry',
  ]);
  const { backend, logger } = options as Partial<AppOptions>;
  if (typeof backend?.open !== 'function' || typeof backend.capabilities !== 'object')
    check.problem('backend is missing: give memory(…), kafka(…) or eventHubs(…)');
  check.optionalText('clientId', options.clientId);
  if (logger !== undefined)
    for (const level of ['debug', 'info', 'warn', 'error'] as const)
      if (typeof logger?.[level] !== 'function')
        check.problem(`logger has no function ${level}: give one with debug, info, warn and error`);
  checkMiddleware(check, options.middleware);
  checkTelemetry(check, options.telemetry);
  check.optionalMs('startTimeoutMs', options.startTimeoutMs);
  check.optionalMs('stopTimeoutMs', options.stopTimeoutMs);
  if (check.problems.length > 0)
    throw new InvalidConfigError('application options', check.problems);
}
