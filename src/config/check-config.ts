import { InvalidConfigError } from '../core/index.ts';
import type { AppConfig } from './app-config.ts';
import { hidden, withoutSecrets } from './problems/hidden.ts';
import { type ConfigProblem, issueSentences } from './problems/issue-sentences.ts';
import { secretsOf } from './problems/secrets-of.ts';
import { appSchema } from './schema/app.ts';
import { type ConfigSource, pathText, rememberSource } from './source.ts';

/**
 * Checks a configuration that did not come from `readConfig`, such as one put together by a program.
 *
 * @throws InvalidConfigError with all problems at once.
 */
export function checkConfig(given: unknown): AppConfig {
  return checked(withoutUndefined(given), undefined, []);
}

/** Keys that a program gave `undefined` are left out. */
function withoutUndefined(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  if (Array.isArray(given)) return given.map(withoutUndefined);
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutUndefined(value)]));
}

/** The same for one that was read, whose problems can say where they stand. Those found before go along. */
export function checked(
  given: unknown,
  source: ConfigSource | undefined,
  before: readonly ConfigProblem[],
): AppConfig {
  const result = appSchema.safeParse(given);
  const issues = result.success
    ? []
    : issueSentences(result.error.issues, { config: given, source });
  // What could not be filled in is told once, and not again as a wrong value.
  const told = new Set(before.map(({ path }) => path && pathText(path)));
  const fresh = issues.filter(({ path }) => path === undefined || !told.has(pathText(path)));
  throwProblems('configuration', [...before, ...fresh], source);
  const config = result.data as AppConfig;
  if (source !== undefined) rememberSource(config, source);
  return config;
}

/** As they stand in the file; what stands nowhere, or in a variable, comes first. */
function inOrder(
  problems: readonly ConfigProblem[],
  source: ConfigSource | undefined,
): readonly ConfigProblem[] {
  const place = ({ path }: ConfigProblem): readonly number[] => {
    const [, line = 0, column = 0] =
      /:(\d+):(\d+)$/.exec((path && source?.locate(path)) ?? '') ?? [];
    return [Number(line), Number(column)];
  };
  return problems
    .map((problem) => ({ problem, at: place(problem) }))
    .sort((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0) || (a.at[1] ?? 0) - (b.at[1] ?? 0))
    .map(({ problem }) => problem);
}

/** @throws InvalidConfigError when there are any, each with the place where it stands. */
export function throwProblems(
  what: string,
  problems: readonly ConfigProblem[],
  source: ConfigSource | undefined,
  config?: AppConfig,
): void {
  if (problems.length === 0) return;
  // Whatever a backend or a module has to say: what it was given may be in it.
  const secrets = secretsOf(config).filter(({ length }) => length > 3);
  const sentences = inOrder(problems, source).map(({ path, text }) => {
    const place = path === undefined ? undefined : source?.locate(path);
    const told = withoutSecrets(
      secrets.reduce((shown, secret) => shown.replaceAll(secret, hidden), text),
    );
    return place === undefined ? told : `${place}: ${told}`;
  });
  throw new InvalidConfigError(what, [...new Set(sentences)]);
}
