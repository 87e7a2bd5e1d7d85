import { existsSync, readFileSync } from 'node:fs';
import type { Recording } from './play-all.ts';

/** Where the answers of Apache Kafka to the scenarios of an area are kept. */
export function recordingFile(area: string): string {
  return new URL(`recordings/${area}.json`, import.meta.url).pathname;
}

/** Empty when nothing was recorded. */
export function recorded(area: string): Recording {
  const file = recordingFile(area);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recording) : {};
}

/** A line per answer. */
export function asFile(recording: Recording): string {
  const scenarios = Object.entries(recording).map(([name, exchanges]) => {
    const lines = exchanges.map((exchange) => `  ${JSON.stringify(exchange)}`);
    return ` ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n ]`;
  });
  return `{\n${scenarios.join(',\n')}\n}\n`;
}
