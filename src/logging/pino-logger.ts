import type { LogFields, Logger } from '../core/index.ts';

/** What is needed of a pino logger; one of any version fits. */
export interface PinoLike {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Writes what Partita reports through a logger of the package pino, children included. An error goes along as `err`, where pino
 * looks for it.
 *
 * ```ts
 * const app = partita({ backend, logger: pinoLogger(pino({ level: 'info' }).child({ component: 'billing' })) });
 * ```
 */
export function pinoLogger(pino: PinoLike): Logger {
  const write =
    (level: keyof PinoLike) =>
    (message: string, fields: LogFields = {}): void => {
      const { error, ...rest } = fields;
      pino[level](error === undefined ? rest : { ...rest, err: error }, message);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
