import type { App } from './app.ts';
import type { Cancel } from './model/clock.ts';
import { checkMiddleware, type Middleware } from './options/middleware.ts';
import { type OptionCheck, show } from './options/option-check.ts';

/** What watches an application: spans, metrics. Made by `openTelemetry()` of `partita/telemetry`, or by yourself. */
export interface Telemetry {
  /** Goes around handlers and producers, outside of all other middleware. */
  readonly middleware: readonly Middleware[];
  /** Called when the application starts. Returns how to stop watching, which the application calls once it is closed. */
  observe(app: App): Cancel;
}

/** Problems of what was given as telemetry. */
export function checkTelemetry(check: OptionCheck, given: unknown): void {
  if (given === undefined) return;
  const { middleware, observe } = Object(given) as Partial<Telemetry>;
  if (!Array.isArray(middleware) || typeof observe !== 'function') {
    check.problem(`telemetry is ${show(given)}, expected what openTelemetry() returns`);
    return;
  }
  checkMiddleware(check, middleware);
}
