import { inspect } from 'node:util';
import type { LogFields, Logger } from '../core/index.ts';

/** Warnings and errors on standard error, one line each; the default of applications that bring no logger. */
export const stderrLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (message, fields) => write('warn', message, fields),
  error: (message, fields) => write('error', message, fields),
};

function write(level: string, message: string, fields: LogFields = {}): void {
  const facts = Object.entries(fields).map(([name, value]) => `${name}=${format(value)}`);
  process.stderr.write(`${[`partita ${level}: ${message}`, ...facts].join(' ')}\n`);
}

function format(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(`${value.name}: ${value.message}`);
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: 2 });
}
