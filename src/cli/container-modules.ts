import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidConfigError, PartitaError } from '../core/index.ts';
import type { ContainerModule } from '../di/index.ts';

/**
 * The container modules that files of the user export by default.
 *
 * @throws InvalidConfigError with all problems at once.
 */
export async function containerModules(
  files: readonly string[],
  folder: string,
): Promise<readonly ContainerModule[]> {
  const problems: string[] = [];
  const lists = await Promise.all(
    files.map(async (file) => {
      const found = await load(resolve(folder, file));
      if (typeof found !== 'string') return found;
      problems.push(`--module ${file} ${found}`);
      return [];
    }),
  );
  if (problems.length > 0) throw new InvalidConfigError('command line', problems);
  return lists.flat();
}

/** The modules, or what is wrong. */
async function load(path: string): Promise<readonly ContainerModule[] | string> {
  let exports: { readonly default?: unknown };
  try {
    exports = await import(pathToFileURL(path).href);
  } catch (error) {
    if (PartitaError.is(error)) return `does not load: ${error.message}`;
    return `does not load: ${error instanceof Error ? error.message : String(error)}`;
  }
  const given = Array.isArray(exports.default) ? exports.default : [exports.default];
  const isModule = (one: unknown) => typeof Object(one).load === 'function';
  if (given.every(isModule)) return given as readonly ContainerModule[];
  return 'has no container module as its default export: export default new ContainerModule(…), or a list of them';
}
