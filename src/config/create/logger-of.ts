import { type Logger, PartitaError, silentLogger } from '../../core/index.ts';
import { pinoLogger } from '../../logging/index.ts';
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
  if (kind === 'stderr') return stderrLoggerFrom(level);
  const { pino } = await loadPino();
  return pinoLogger(pino({ name: 'partita', level }));
}

async function loadPino() {
  try {
    return await import('pino');
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      "logger.kind is 'pino', which needs the package pino: npm install pino",
      { cause },
    );
  }
}
