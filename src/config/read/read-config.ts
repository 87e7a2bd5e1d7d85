import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidConfigError } from '../../core/index.ts';
import { environment } from '../../system/environment.ts';
import type { AppConfig } from '../app-config.ts';
import { checked, throwProblems } from '../check-config.ts';
import { withoutSecrets } from '../problems/hidden.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { type ConfigPath, type ConfigSource, pathText } from '../source.ts';
import { parseText } from './document.ts';
import { environmentOverrides } from './environment-overrides.ts';
import { importModule } from './import-module.ts';
import { missingFile, readText } from './read-text.ts';
import { fillIn } from './substitute.ts';

/** Names and values, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadOptions {
  /** Where `${NAME}` and `PARTITA_…` are looked up. @default the process's environment */
  readonly env?: Environment;
}

/** A configuration as a file has it, before anything is filled in. */
interface RawConfig {
  readonly value: unknown;
  readonly isData: boolean;
  locate(path: ConfigPath): string;
}

/**
 * Reads a configuration file: YAML (`.yaml`, `.yml`), JSON (`.json`), or a module (`.ts`, `.js`, `.mts`, `.mjs`) whose default
 * export `defineConfig({ … })` made. Fills in `${NAME}`, `${NAME:-default}` and `${file:path}` in all texts, lets environment
 * variables `PARTITA_…` take over, and checks the result.
 *
 * @throws InvalidConfigError with all problems at once, each with the place where it stands and never with a secret.
 */
export async function readConfig(
  file: string | URL,
  { env = environment }: ReadOptions = {},
): Promise<AppConfig> {
  const path = file instanceof URL ? fileURLToPath(file) : resolve(file);
  const raw = await load(path);
  const folder = dirname(path);
  const overrides = environmentOverrides(env);
  const isOverridden = (at: ConfigPath): boolean => overrides.variable(at) !== undefined;
  const filled = await fillIn(raw.value, { env, folder, skips: isOverridden });
  const source: ConfigSource = {
    folder,
    isData: raw.isData,
    locate: (at) => overrides.variable(at) ?? raw.locate(at),
    written: (at) => filled.written.get(pathText(at)),
    isOverridden,
    ignored: overrides.ignored,
  };
  const gaps = overrides.gaps(filled.value);
  const problems: ConfigProblem[] = [...filled.problems, ...overrides.problems, ...gaps];
  // What follows from entries that are missing is not told beside them.
  if (gaps.length > 0) throwProblems('configuration', problems, source);
  return checked(overrides.apply(filled.value), source, problems);
}

async function load(path: string): Promise<RawConfig> {
  const missing = await missingFile(path);
  if (missing !== undefined) throw unreadable(path, missing);
  const extension = extname(path).toLowerCase();
  if (['.yaml', '.yml', '.json'].includes(extension)) return loadData(path, extension);
  if (!['.ts', '.mts', '.js', '.mjs'].includes(extension))
    throw unreadable(
      path,
      `the name ends with '${extension}', expected .yaml, .yml, .json, .ts, .mts, .js or .mjs`,
    );
  const module = await importModule(path);
  if ('problem' in module) throw unreadable(path, module.problem);
  const value = await module.exports.default;
  if (value === undefined)
    throw unreadable(
      path,
      'the module has no default export: write export default defineConfig({ … })',
    );
  return { value, isData: false, locate: () => basename(path) };
}

async function loadData(path: string, extension: string): Promise<RawConfig> {
  const name = basename(path);
  const read = await readText(path);
  if ('problem' in read) throw unreadable(path, read.problem);
  const document = parseText(read.text, extension === '.json' ? 'JSON' : 'YAML');
  const problems = document.problems.map((problem) => `${name}:${problem}`);
  if (problems.length > 0) throw new InvalidConfigError('configuration', problems);
  const locate = (at: ConfigPath): string => `${name}:${document.position(at)}`;
  return { value: withoutShared(document.value), isData: true, locate };
}

/** Keys at the top that begin with `x-` hold what anchors share, as in other tools' files. */
function withoutShared(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')));
}

function unreadable(path: string, problem: string): InvalidConfigError {
  return new InvalidConfigError(`configuration ${path}`, [withoutSecrets(problem)]);
}
