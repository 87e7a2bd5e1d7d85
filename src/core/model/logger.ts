/** Facts that go with a log line. No secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where the engine and the backends report what they do. `pino` and `console` fit by shape or a few lines. Its functions
 * must not throw.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const nothing = () => {};

/** Drops everything. The default of tests. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
