import type { Middleware } from '../../core/index.ts';
import type { ConfigPath } from '../source.ts';
import type { Reference } from '../values.ts';
import type { References } from './references.ts';

/** What a list of references to middleware stands for. */
export async function middlewareOf(
  list: readonly Reference[] = [],
  path: ConfigPath,
  references: References,
): Promise<readonly Middleware[]> {
  const loaded = list.map((reference, i) =>
    references.load(reference, [...path, i], 'a middleware', isMiddleware),
  );
  return (await Promise.all(loaded)).filter((one) => one !== undefined);
}

function isMiddleware(value: unknown): value is Middleware {
  const { name, handle, produce } = Object(value) as Partial<Middleware>;
  const acts = typeof handle === 'function' || typeof produce === 'function';
  return typeof value === 'object' && typeof name === 'string' && acts;
}
