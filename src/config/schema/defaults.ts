import type { ConfigPath } from '../source.ts';
import { type Duration, toMs } from '../values.ts';
import { schemasAt } from './branches.ts';

/** What holds for a key that is left out, as the schema documents it. */
export function defaultAt(path: ConfigPath): unknown {
  const key = String(path.at(-1));
  return schemasAt(path.slice(0, -1))
    .map(({ properties }) => properties?.[key]?.default)
    .find((value) => value !== undefined);
}

/** A time that was given, else its default. */
export function msAt(given: Duration | undefined, path: ConfigPath): number {
  return toMs(given ?? (defaultAt(path) as Duration));
}
