import type { App } from './app.ts';
import type { Cancel } from './model/clock.ts';
import type { Middleware } from './options/middleware.ts';

/** What watches an application: spans, metrics. Made by `openTelemetry(…)` of `partita/telemetry`, or by yourself. */
export interface Telemetry {
  /** Goes around handlers and producers, outside of all other middleware. */
  readonly middleware: readonly Middleware[];
  /** Called once the application is declared, before it starts. Returns how to stop watching. */
  observe(app: App): Cancel;
}
