import { durationPattern } from '../schema/values.ts';
import type { ConfigPath } from '../source.ts';

/** What somebody means who gives one value where an object is wanted, by key: `concurrency: 10`. */
const shapes: Readonly<Record<string, (value: string | number | boolean) => string | undefined>> = {
  batch: (value) => (typeof value === 'number' ? `{ maxRecords: ${value} }` : '{}'),
  buffer: (value) => (typeof value === 'number' ? `{ highRecords: ${value} }` : undefined),
  commit: (value) =>
    durationPattern.test(String(value)) ? `{ every: ${value} }` : everyRecords(value),
  concurrency: (value) =>
    typeof value === 'number' ? `{ limit: ${value} }` : `{ order: ${value} }`,
  health: port,
  logger: (value) => `{ kind: ${value} }`,
  onError: (value) =>
    ({
      retry: '[{ policy: retry, attempts: 5 }]',
      deadLetter: '{ policy: deadLetter, topic: … }',
      park: '{ policy: park, topic: …, delay: 1m }',
    })[String(value)],
  prometheus: port,
};

/** How to write a value whose content is right and whose form is not. */
export function shapeHint(path: ConfigPath, value: unknown, expected: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return '';
  if (expected === 'a list') return typeof value === 'boolean' ? '' : `; write [${value}]`;
  const form = shapes[String(path.at(-1))]?.(value);
  return form === undefined ? '' : `; write ${form}`;
}

function port(value: string | number | boolean): string | undefined {
  return typeof value === 'number' ? `{ port: ${value} }` : undefined;
}

function everyRecords(value: string | number | boolean): string | undefined {
  return typeof value === 'number' ? `{ everyRecords: ${value} }` : undefined;
}
