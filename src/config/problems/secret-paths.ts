import { schemasAt } from '../schema/branches.ts';
import type { ConfigPath } from '../source.ts';

/** Is what stands there a secret, or inside of one? */
export function isSecretPath(path: ConfigPath): boolean {
  return path.some((_, i) =>
    schemasAt(path.slice(0, i + 1)).some(({ writeOnly }) => writeOnly === true),
  );
}
