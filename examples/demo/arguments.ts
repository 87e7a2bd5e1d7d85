import { parseArgs } from 'node:util';
import { InvalidConfigError } from 'partita';

const backends = ['both', 'memory', 'kafka', 'eventhubs'] as const;

export interface DemoArguments {
  /** `both`: Kafka and Event Hubs side by side, on an emulator in this process. */
  readonly backend: (typeof backends)[number];
  readonly brokers: readonly string[];
  readonly paceMs: number;
  /** Serves the state of the group as JSON there. */
  readonly port: number | undefined;
}

export const usage = `Usage: npm run demo -- [--backend ${backends.join('|')}] [--brokers host:port,…] [--pace ms] [--port number]`;

/** @throws InvalidConfigError with every problem at once. */
export function parseDemoArguments(words: readonly string[]): DemoArguments {
  const problems: string[] = [];
  const values = parse(words, problems);
  const backend = values.backend ?? 'both';
  if (!backends.some((known) => known === backend))
    problems.push(`--backend is '${backend}', expected one of ${backends.join(', ')}`);
  const brokers = (values.brokers ?? '').split(',').filter((broker) => broker !== '');
  if (backend === 'kafka' && brokers.length === 0)
    problems.push('--backend kafka needs --brokers host:port, such as --brokers localhost:9092');
  if (backend !== 'kafka' && brokers.length > 0)
    problems.push(`--brokers is given, but the backend is ${backend}; add --backend kafka`);
  const paceMs = whole('--pace', values.pace ?? '2500', 1, 600_000, problems);
  const port =
    values.port === undefined ? undefined : whole('--port', values.port, 1, 65_535, problems);
  if (problems.length > 0) throw new InvalidConfigError('command line', problems);
  return { backend: backend as DemoArguments['backend'], brokers, paceMs, port };
}

function parse(words: readonly string[], problems: string[]): Record<string, string | undefined> {
  const option = { type: 'string' } as const;
  try {
    const options = { backend: option, brokers: option, pace: option, port: option };
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return {};
  }
}

function whole(
  name: string,
  text: string,
  least: number,
  most: number,
  problems: string[],
): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    problems.push(`${name} is '${text}', expected a whole number from ${least} to ${most}`);
  return value;
}
