import type { z } from 'zod';
import { nearest } from '../../core/index.ts';
import { keysAt } from '../schema/branches.ts';
import { type ConfigPath, pathText } from '../source.ts';
import { shown } from './hidden.ts';
import { unitHint } from './unit-hint.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong, and where: the path, then the sentence about it. */
export interface ConfigProblem {
  readonly path: ConfigPath;
  readonly text: string;
}

/** Zod's issues in our words: path, value, what was expected, and the nearest key for one that is not known. */
export function issueSentences(issues: readonly Issue[], config: unknown): ConfigProblem[] {
  return issues.flatMap((issue) => sentences(issue, [], config));
}

function sentences(issue: Issue, above: ConfigPath, config: unknown): ConfigProblem[] {
  const path = [...above, ...issue.path];
  const value = valueAt(config, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey([...path, key], path));
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors, value);
    if (meant !== undefined) return meant.flatMap((inner) => sentences(inner, path, config));
  }
  const name = pathText(path);
  if (value === undefined) return [{ path, text: `${name} is missing, expected ${wanted(issue)}` }];
  return [
    {
      path,
      text: `${name} is ${shown(path, value)}, expected ${wanted(issue)}${hint(issue, value)}`,
    },
  ];
}

function unknownKey(path: ConfigPath, parent: ConfigPath): ConfigProblem {
  const keys = keysAt(parent);
  const guess = nearest(String(path.at(-1)), keys);
  const help = guess === undefined ? `known are ${keys.join(', ')}` : `did you mean ${guess}?`;
  return { path, text: `${pathText(path)} is no key; ${help}` };
}

/** Of several alternatives the one that was meant: for an object or list the one that is not wrong about that already. */
function meantBranch(errors: readonly (readonly Issue[])[], value: unknown) {
  if (typeof value !== 'object' || value === null) return undefined;
  const alike = errors.filter((issues) => !issues.some(isAboutKind));
  return [...alike].sort((a, b) => a.length - b.length)[0];
}

function isAboutKind({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

function wanted(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    if (issue.expected === 'object' || issue.expected === 'record') return 'an object';
    if (issue.expected === 'array') return 'a list';
  }
  if (issue.code === 'invalid_value')
    return issue.values.map((value) => `'${String(value)}'`).join(', ');
  return issue.message;
}

function hint(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const guess = nearest(value, issue.values.map(String));
    return guess === undefined ? '' : `; did you mean '${guess}'?`;
  }
  return unitHint(issue.message, value);
}

export function valueAt(config: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    config,
  );
}
