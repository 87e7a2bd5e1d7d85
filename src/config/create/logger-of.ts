import { type Logger, PartitaError, silentLogger } from '../../core/index.ts';
import { stderrLoggerFrom } from '../../system/stderr-logger.ts';
import type { LoggerConfig } from '../app-config.ts';

/**
 * The logger that section `logger` names.
 *
 * @throws PartitaError `MISSING_PEER` for pino when it is not installed.
 */
export async function loggerOf({
  kind = 'stderr',
  level = 'warn',
}: LoggerConfig = {}): Promise<Logger> {
  if (kind === 'silent') return silentLogger;
  return kind === 'pino' ? pinoLogger(level) : stderrLoggerFrom(level);
}

async function pinoLogger(level: string): Promise<Logger> {
  const { pino } = await loadPino();
  // Errors are in the field `error` here; pino knows them under `err` only.
  const log = pino({ name: 'partita', level, serializers: { error: pino.stdSerializers.err } });
  return {
    debug: (message, fields = {}) => log.debug(fields, message),
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
    error: (message, fields = {}) => log.error(fields, message),
  };
}

async function loadPino() {
  try {
    return await import('pino');
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      "kind is 'pino', which needs the package pino: npm install pino",
      { cause },
    );
  }
}
