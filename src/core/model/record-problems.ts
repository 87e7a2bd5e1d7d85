import { InvalidConfigError } from './errors.ts';

/** What is wrong with something that was to be written as a record, all of it. */
export function invalidRecord(record: unknown, topic: string): InvalidConfigError {
  return new InvalidConfigError(`record for ${topic}`, problemsOf(record));
}

function problemsOf(record: unknown): string[] {
  if (typeof record !== 'object' || record === null)
    return [`it is ${record === null ? 'null' : typeOf(record)}, expected { key, value, headers }`];
  const { key, value, headers, timestampMs } = record as Readonly<Record<string, unknown>>;
  return [
    ...(key === undefined ? [] : contentProblems('key', key)),
    ...contentProblems('value', value),
    ...headerProblems(headers),
    ...(timestampMs === undefined || isTimestamp(timestampMs)
      ? []
      : [`timestampMs is ${String(timestampMs)}, expected whole milliseconds since 1970`]),
  ];
}

function headerProblems(headers: unknown): string[] {
  if (headers === undefined) return [];
  if (typeof headers !== 'object' || headers === null)
    return [
      `headers is ${headers === null ? 'null' : typeOf(headers)}, expected an object or a list`,
    ];
  if (!Array.isArray(headers))
    return Object.entries(headers).flatMap(([name, value]) =>
      contentProblems(`header ${name}`, value),
    );
  return headers.flatMap((header: unknown, index) => {
    const { name, value }: { readonly name?: unknown; readonly value?: unknown } = Object(header);
    if (typeof name === 'string') return contentProblems(`header ${name}`, value);
    return [`headers[${index}] has no name, expected { name, value }`];
  });
}

function contentProblems(what: string, content: unknown): string[] {
  if (typeof content === 'string' || content instanceof Uint8Array || content === null) return [];
  return [`${what} is ${typeOf(content)}, expected a Buffer, a string or null`];
}

/** Not the value itself: it is the user's data. */
function typeOf(value: unknown): string {
  return value === undefined ? 'missing' : `of type ${typeof value}`;
}

export function isTimestamp(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
