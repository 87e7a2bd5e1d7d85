import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../../core/index.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { importModule } from '../read/import-module.ts';
import { missingFile } from '../read/read-text.ts';
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
    const [location = '', name = 'default', ...more] = reference.split('#');
    const file = this.#file(location);
    const problem = (text: string): undefined => {
      this.problems.push({ path, text: `${pathText(path)} is '${reference}', but ${text}` });
    };
    if (name === '' || more.length > 0) return problem('after # comes the name of one export');
    const absent = await missingFile(file);
    if (absent !== undefined) return problem(`${file} cannot be loaded: ${absent}`);
    const module = await importModule(file);
    if ('problem' in module) return problem(module.problem);
    const common = commonExports(module.exports, file);
    const value = exported(module.exports, common, name);
    if (value === undefined) return problem(missing(name, Object.keys(common ?? module.exports)));
    if (!isWanted(value))
      return problem(`its export ${name} is ${kind(value)}, expected ${wanted}`);
    return value;
  }

  #file(location: string): string {
    if (location.startsWith('file:')) return fileURLToPath(location);
    return isAbsolute(location) ? location : resolve(this.#folder, location);
  }
}

type Exports = Readonly<Record<string, unknown>>;

/** What a CommonJS module has set `module.exports` to: Node.js cannot always tell the names in it before it runs. */
function commonExports(exports: Exports, file: string): Exports | undefined {
  const { default: main, 'module.exports': told } = exports;
  // Node 22 does not tell.
  const isCommon = /\.c[jt]s$/.test(file) || (Object(main) as Exports).__esModule === true;
  const common = told ?? (isCommon ? main : undefined);
  return common === undefined ? undefined : (Object(common) as Exports);
}

function exported(exports: Exports, common: Exports | undefined, name: string): unknown {
  if (common === undefined) return exports[name];
  if (name !== 'default') return common[name];
  return common.__esModule === true ? common.default : common;
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
