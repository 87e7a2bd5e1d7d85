import { inspect } from 'node:util';
import type { LogFields, Logger } from '../core/index.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** Lines on standard error from this level on. */
export function stderrLoggerFrom(least: (typeof levels)[number]): Logger {
  const from = levels.indexOf(least);
  const entries = levels.map((level, i) => [
    level,
    i < from ? () => {} : (message: string, fields?: LogFields) => write(level, message, fields),
  ]);
  return Object.fromEntries(entries) as Record<(typeof levels)[number], Logger['info']>;
}

/** Warnings and errors on standard error, one line each; the default of applications that bring no logger. */
export const stderrLogger: Logger = stderrLoggerFrom('warn');

function write(level: string, message: string, fields: LogFields = {}): void {
  const facts = Object.entries(fields).map(([name, value]) => `${name}=${format(value)}`);
  process.stderr.write(`${[`partita ${level}: ${message}`, ...facts].join(' ')}\n`);
}

function format(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(`${value.name}: ${value.message}`);
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: 2 });
}
