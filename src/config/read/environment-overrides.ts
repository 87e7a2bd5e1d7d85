import { nearest } from '../../core/index.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { keysAt, schemasAt } from '../schema/branches.ts';
import { type ConfigPath, pathText } from '../source.ts';
import type { Environment } from './read-config.ts';
import { textAs } from './text-as.ts';

const prefix = 'PARTITA_';

/** Values that environment variables give instead of the file. */
export interface Overrides {
  readonly problems: readonly ConfigProblem[];
  /** Variables that begin as ours do and are like none of them. */
  readonly ignored: readonly string[];
  /** The variable that gives the value at this path, or one above it. */
  variable(path: ConfigPath): string | undefined;
  /** A copy of the configuration with these values in it. Entries that would leave gaps in a list are problems instead. */
  apply(config: unknown): unknown;
  gaps(config: unknown): readonly ConfigProblem[];
}

/**
 * Environment variables that take over single values: the path in capitals with `_` between its parts, `PARTITA_BACKEND`,
 * `PARTITA_CONSUMERS_0_DRAIN_TIMEOUT`. Entries of a list by number; whole lists and objects as YAML, or with commas between.
 */
export function environmentOverrides(env: Environment): Overrides {
  const problems: ConfigProblem[] = [];
  const ignored: string[] = [];
  const names = new Map<string, string>();
  const values: (readonly [ConfigPath, unknown])[] = [];
  for (const [name, text] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!name.startsWith(prefix) || text === undefined || isOfKubernetes(name, text)) continue;
    const path = pathOf(name.slice(prefix.length));
    if (path === undefined) {
      const guess = misspelt(name);
      if (guess === undefined) ignored.push(name);
      else problems.push({ path: undefined, text: guess });
    } else {
      names.set(pathText(path), name);
      values.push([path, textAs(text, schemasAt(path))]);
    }
  }
  return {
    problems,
    ignored,
    gaps: (config) => gapsIn(config, values, (path) => names.get(pathText(path)) ?? ''),
    variable: (path) =>
      path
        .map((_, i) => names.get(pathText(path.slice(0, i + 1))))
        .findLast((name) => name !== undefined),
    apply: (config) =>
      values.reduce<unknown>((whole, [path, value]) => replaced(whole, path, value), config),
  };
}

/** Variables for entries of a list that has too few before them; the first that is there may be the next one. */
function gapsIn(
  config: unknown,
  values: readonly (readonly [ConfigPath, unknown])[],
  variable: (path: ConfigPath) => string,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  let whole = config;
  for (const [path, value] of values) {
    const at = path.findIndex(
      (key, i) => typeof key === 'number' && key > lengthAt(whole, path.slice(0, i)),
    );
    if (at < 0) {
      whole = replaced(whole, path, value);
      continue;
    }
    const list = path.slice(0, at);
    const length = lengthAt(whole, list);
    problems.push({
      path: undefined,
      text: `the environment variable ${variable(path)} is about entry ${String(path[at])} of ${pathText(list)}, which has ${length}; entries are counted from 0`,
    });
  }
  return problems;
}

function lengthAt(config: unknown, path: ConfigPath): number {
  const list = path.reduce<unknown>(
    (value, key) => (Object(value) as Record<PropertyKey, unknown>)[key],
    config,
  );
  return Array.isArray(list) ? list.length : 0;
}

/** Undefined for names that are like none of ours: the prefix may be somebody else's too. */
function misspelt(name: string): string | undefined {
  const [word = ''] = name.slice(prefix.length).split('_', 1);
  const names = allNames();
  const section = nearest(
    word,
    names.map((known) => known.split('_')[1] ?? ''),
  );
  const guess =
    section &&
    nearest(
      name,
      names.filter((known) => known.startsWith(`${prefix}${section}`)),
    );
  const plain = (text: string): string => text.replaceAll('_', '');
  const meant = names.find((known) => plain(known) === plain(name.toUpperCase())) ?? guess;
  if (meant === undefined) return undefined;
  return `the environment variable ${name} names no key; did you mean ${meant}?`;
}

/** Kubernetes sets variables for each service of a namespace: one that is called `partita-health` must not harm. */
function isOfKubernetes(name: string, text: string): boolean {
  const isName = /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)/.test(name);
  return isName || /^(tcp|udp|sctp):\/\//.test(text);
}

/** `DRAIN_TIMEOUT` for `drainTimeout`. */
function capitals(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** The path that such a name stands for: keys are matched as a whole, as some have several words. */
function pathOf(rest: string, path: ConfigPath = []): ConfigPath | undefined {
  if (rest === '') return path.length === 0 ? undefined : path;
  const [, index, more = ''] = /^(\d+)(?:_(.+))?$/.exec(rest) ?? [];
  if (index !== undefined) {
    const entry = [...path, Number(index)];
    return schemasAt(entry).length > 0 ? pathOf(more, entry) : undefined;
  }
  for (const key of keysAt(path)) {
    const name = capitals(key);
    if (rest !== name && !rest.startsWith(`${name}_`)) continue;
    const found = pathOf(rest.slice(name.length + 1), [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names that could have been meant, with the first entries of lists. */
function allNames(path: ConfigPath = []): string[] {
  return keysAt(path).flatMap((key) => {
    const here = [...path, key];
    const name = prefix + here.map((part) => capitals(String(part))).join('_');
    const isList = schemasAt(here).some(({ type }) => type === 'array');
    const entries = isList ? [0, 1].flatMap((i) => allNames([...here, i])) : [];
    return [name, ...entries, ...allNames(here)];
  });
}

/** A copy with another value at the path; what is missing on the way there is made. */
function replaced(config: unknown, path: ConfigPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list: unknown[] = Array.isArray(config) ? [...config] : [];
    list[key] = replaced(list[key], rest, value);
    return list;
  }
  const object = typeof config === 'object' && config !== null ? config : {};
  const before = (object as Record<PropertyKey, unknown>)[key];
  return { ...object, [key]: replaced(before, rest, value) };
}
