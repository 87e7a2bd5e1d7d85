import type { z } from 'zod';
import { nearest } from '../../core/index.ts';
import { branches, schemasAt } from '../schema/branches.ts';
import { type ConfigPath, type ConfigSource, pathText } from '../source.ts';
import { isSecret, shown } from './hidden.ts';
import { shapeHint } from './shape-hints.ts';
import { referenceHint, unitHint } from './spelling-hints.ts';
import { unknownKey } from './unknown-key.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong, and where. */
export interface ConfigProblem {
  /** Undefined where no place in the configuration is to blame. */
  readonly path: ConfigPath | undefined;
  /** A sentence that begins with the path. */
  readonly text: string;
}

/** A configuration under examination. */
interface Examined {
  readonly config: unknown;
  readonly source: ConfigSource | undefined;
}

/** Zod's issues in our words: path, value, what was expected, and the nearest key for one that is not known. */
export function issueSentences(issues: readonly Issue[], examined: Examined): ConfigProblem[] {
  return issues.flatMap((issue) => sentences(issue, [], examined));
}

function sentences(issue: Issue, above: ConfigPath, examined: Examined): ConfigProblem[] {
  const path = [...above, ...issue.path];
  const value = valueAt(examined.config, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: unknownKey(path, key, Object.keys(Object(value))),
    }));
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors, value);
    if (meant !== undefined) return meant.flatMap((inner) => sentences(inner, path, examined));
  }
  const name = pathText(path);
  if (value === undefined && path.length > 0)
    return [{ path, text: `${name} is missing, expected ${wanted(issue)}` }];
  const seen = shown(path, value, examined.source);
  const text = `${name} is ${seen}, expected ${wanted(issue)}${hint(issue, path, value, examined.source)}`;
  return [{ path, text }];
}

/** Of several alternatives the one that was meant: for an object or a list one that is of that kind too. */
function meantBranch(errors: readonly (readonly Issue[])[], value: unknown) {
  if (typeof value !== 'object' || value === null) return undefined;
  const alike = errors.filter((issues) => !issues.some(isAboutKind));
  return [...alike].sort((a, b) => a.length - b.length)[0];
}

function isAboutKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union')
    return issue.errors.every((branch) => branch.some(isAboutKind));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function wanted(issue: Issue): string {
  if (issue.code === 'invalid_key')
    return `another key: ${issue.issues.map(({ message }) => message).join(', ')}`;
  if (issue.code === 'invalid_type') {
    if (issue.expected === 'object' || issue.expected === 'record') return 'an object';
    if (issue.expected === 'array') return 'a list';
  }
  if (issue.code === 'invalid_value' && !issue.message.startsWith('Invalid')) return issue.message;
  if (issue.code === 'invalid_value')
    return issue.values.map((value) => `'${String(value)}'`).join(', ');
  return issue.message;
}

function hint(issue: Issue, path: ConfigPath, value: unknown, source?: ConfigSource): string {
  if (typeof value === 'string') {
    const guess = nearest(value, wordsAt(path));
    if (guess !== undefined) return `; did you mean '${guess}'?`;
  }
  if (/number|boolean/.test(typeof value) && issue.message.startsWith('a text'))
    return '; put it in quotes';
  // What was filled in is shown nowhere, also not in parts.
  if (source?.written(path) !== undefined || isSecret(path, value)) return '';
  if (typeof value === 'string' && /^\d+$/.test(value) && /^a (whole )?number/.test(issue.message))
    return '; leave the quotes out';
  return (
    unitHint(issue.message, value) ||
    referenceHint(issue.message, value) ||
    shapeHint(path, value, wanted(issue))
  );
}

/** All words that may stand there; the key of a discriminated union has some in each branch. */
function wordsAt(path: ConfigPath): readonly string[] {
  return schemasAt(path)
    .flatMap(branches)
    .flatMap(({ const: only, enum: values = [] }) => (only === undefined ? values : [only]))
    .map(String);
}

function valueAt(config: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    config,
  );
}
