import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InvalidConfigError } from '../../core/index.ts';
import { environment } from '../../system/environment.ts';
import type { AppConfig } from '../app-config.ts';
import { checked } from '../check-config.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { type ConfigPath, type ConfigSource, pathText } from '../source.ts';
import { parseText } from './document.ts';
import { environmentOverrides } from './environment-overrides.ts';
import { importModule } from './import-module.ts';
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
  };
  const problems: ConfigProblem[] = [...filled.problems, ...overrides.problems];
  return checked(overrides.apply(filled.value), source, problems);
}

async function load(path: string): Promise<RawConfig> {
  const name = basename(path);
  const extension = extname(path).toLowerCase();
  if (['.yaml', '.yml', '.json'].includes(extension)) {
    const document = parseText(await textOf(path));
    const problems = document.problems.map((problem) => `${name}:${problem}`);
    if (problems.length > 0) throw new InvalidConfigError('configuration', problems);
    const locate = (at: ConfigPath): string => `${name}:${document.position(at)}`;
    return { value: document.value, isData: true, locate };
  }
  if (!['.ts', '.mts', '.js', '.mjs'].includes(extension))
    throw new InvalidConfigError(`configuration ${path}`, [
      `the name ends with '${extension}', expected .yaml, .yml, .json, .ts, .mts, .js or .mjs`,
    ]);
  const module = await importModule(pathToFileURL(path).href);
  if ('problem' in module) throw new InvalidConfigError(`configuration ${path}`, [module.problem]);
  if (module.exports.default === undefined)
    throw new InvalidConfigError(`configuration ${path}`, [
      'the module has no default export: write export default defineConfig({ … })',
    ]);
  return { value: module.exports.default, isData: false, locate: () => name };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new InvalidConfigError(`configuration ${path}`, [why]);
  }
}
