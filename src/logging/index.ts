/**
 * `partita/pino`: what Partita reports, through a logger of the package pino.
 *
 * @module
 */
export { type PinoLike, pinoLogger } from './pino-logger.ts';
