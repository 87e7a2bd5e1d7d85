import { nearest } from '../../core/index.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { keysAt, schemasAt } from '../schema/branches.ts';
import { type ConfigPath, pathText } from '../source.ts';
import type { Environment } from './read-config.ts';
import { textAs } from './text-as.ts';

const prefix = 'PARTITA_';

export interface Overrides {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** By path: the variable that took over. */
  readonly written: ReadonlyMap<string, string>;
  /** The variable that gave the value at this path, or one above it. */
  variable(path: ConfigPath): string | undefined;
}

/**
 * Environment variables that take over single values: the path in capitals with `_` between its parts, `PARTITA_BACKEND`,
 * `PARTITA_CONSUMERS_0_DRAIN_TIMEOUT`. Entries of a list by number; whole lists and objects as YAML, or with commas between.
 */
export function environmentOverrides(config: unknown, env: Environment): Overrides {
  let value = config;
  const problems: ConfigProblem[] = [];
  const written = new Map<string, string>();
  for (const [name, text] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!name.startsWith(prefix) || text === undefined || isOfKubernetes(name, text)) continue;
    const path = pathOf(name.slice(prefix.length));
    if (path === undefined) {
      const guess = nearest(name, allNames());
      if (guess !== undefined)
        problems.push({
          path: [],
          text: `the environment variable ${name} names no key; did you mean ${guess}?`,
        });
      continue;
    }
    written.set(pathText(path), `\${${name}}`);
    value = replaced(value, path, textAs(text, schemasAt(path)));
  }
  const variable = (path: ConfigPath): string | undefined => {
    for (let length = path.length; length > 0; length--) {
      const name = written.get(pathText(path.slice(0, length)));
      if (name !== undefined) return `environment variable ${name.slice(2, -1)}`;
    }
    return undefined;
  };
  return { value, problems, written, variable };
}

/** Kubernetes sets variables for each service of a namespace: one that is called `partita-health` must not harm. */
function isOfKubernetes(name: string, text: string): boolean {
  return (
    /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)/.test(name) ||
    /^(tcp|udp|sctp):\/\//.test(text)
  );
}

/** `DRAIN_TIMEOUT` for `drainTimeout`. */
function capitals(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** The path that such a name stands for: keys are matched as a whole, as some have several words. */
function pathOf(rest: string, path: ConfigPath = []): ConfigPath | undefined {
  if (rest === '') return path;
  const [, index, more = ''] = /^(\d+)(?:_(.+))?$/.exec(rest) ?? [];
  if (index !== undefined)
    return schemasAt([...path, Number(index)]).length > 0
      ? pathOf(more, [...path, Number(index)])
      : undefined;
  for (const key of keysAt(path)) {
    const name = capitals(key);
    if (rest !== name && !rest.startsWith(`${name}_`)) continue;
    const found = pathOf(rest.slice(name.length + 1), [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names that could have been meant. */
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
