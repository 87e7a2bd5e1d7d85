import { access } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nearest } from '../../core/index.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { importModule } from '../read/import-module.ts';
import { type ConfigPath, pathText } from '../source.ts';
import type { Reference } from '../values.ts';

/** Loads what references name, and collects what is wrong with them. */
export class References {
  readonly problems: ConfigProblem[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The export that is named, if `isWanted` says it is one of those; else undefined, and a problem.
   *
   * @param wanted what it should be, for the sentence: `a function`
   */
  async load<T>(
    reference: Reference,
    path: ConfigPath,
    wanted: string,
    isWanted: (value: unknown) => value is T,
  ): Promise<T | undefined> {
    const [location = '', name = 'default'] = reference.split('#');
    const file = this.#file(location);
    const problem = (text: string): undefined => {
      this.problems.push({ path, text: `${pathText(path)} is '${reference}', but ${text}` });
    };
    if (!(await exists(file))) return problem(`there is no file ${file}`);
    const module = await importModule(pathToFileURL(file).href);
    if ('problem' in module) return problem(module.problem);
    const value = module.exports[name];
    if (value === undefined) return problem(missing(name, Object.keys(module.exports)));
    if (!isWanted(value))
      return problem(`its export ${name} is ${kind(value)}, expected ${wanted}`);
    return value;
  }

  #file(location: string): string {
    if (location.startsWith('file:')) return fileURLToPath(location);
    return isAbsolute(location) ? location : resolve(this.#folder, location);
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function missing(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'that module exports nothing';
  const guess = nearest(name, names);
  const what = name === 'default' ? 'it has no default export' : `it has no export ${name}`;
  const help = guess === undefined ? `it exports ${names.join(', ')}` : `did you mean #${guess}?`;
  return `${what}; ${help}`;
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
