import { InvalidConfigError } from '../../core/index.ts';

export type FieldType = 'string' | 'number' | 'boolean';
export type Fields = Readonly<Record<string, FieldType>>;

/** Values of fields that take only some words. */
const words: Readonly<Record<string, readonly unknown[]>> = {
  role: ['producer', 'consumer'],
  on: ['send', 'receive', 'management'],
};

/** The fields, as the type they are meant for. @throws InvalidConfigError with all problems at once. */
export function checked<Wanted>(
  fields: Record<string, unknown>,
  known: Fields,
  required: readonly string[] = [],
): Wanted {
  const problems = required
    .filter((name) => fields[name] === undefined)
    .map((name) => `${name} is missing`);
  for (const [name, value] of Object.entries(fields)) {
    const type = known[name];
    if (type === undefined) {
      problems.push(`${name} is unknown; known are ${Object.keys(known).join(', ')}`);
    } else if (typeof value !== type) {
      problems.push(`${name} must be a ${type}`);
    } else if (words[name]?.includes(value) === false) {
      problems.push(`${name} must be one of ${words[name].join(', ')}`);
    }
  }
  if (problems.length > 0) throw new InvalidConfigError('fault', problems);
  return fields as Wanted;
}
