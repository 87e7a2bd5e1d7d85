import { type AppConfig, ignoredVariables } from '../config/index.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Says which environment variables look like settings and are none. */
export function noteIgnored(config: AppConfig, { stderr }: Terminal): void {
  for (const name of ignoredVariables(config))
    stderr.write(`partita: the environment variable ${name} names no key and has no effect\n`);
}
