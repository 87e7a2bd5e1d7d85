import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { schemasAt } from '../schema/branches.ts';
import { type ConfigPath, pathText } from '../source.ts';
import type { Environment } from './read-config.ts';
import { textAs } from './text-as.ts';

interface World {
  readonly env: Environment;
  /** Paths of `${file:…}` are seen from here. */
  readonly folder: string;
}

export interface Filled {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** By path: the text before anything was filled in, where something was. */
  readonly written: ReadonlyMap<string, string>;
}

/** `$${` stands for a `${` that is meant literally. */
const expression = /\$\$\{|\$\{([^}]*)\}/g;

/** Fills in `${NAME}`, `${NAME:-default}` and `${file:path}` in all texts of a value. */
export async function fillIn(value: unknown, world: World): Promise<Filled> {
  const problems: ConfigProblem[] = [];
  const written = new Map<string, string>();
  const walk = async (here: unknown, path: ConfigPath): Promise<unknown> => {
    if (typeof here === 'string') return text(here, path);
    if (Array.isArray(here)) return Promise.all(here.map((item, i) => walk(item, [...path, i])));
    if (!isPlain(here)) return here;
    const entries = Object.entries(here).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      await Promise.all(
        entries.map(async ([key, item]) => [key, await walk(item, [...path, key])]),
      ),
    );
  };
  const text = async (given: string, path: ConfigPath): Promise<unknown> => {
    if (!given.includes('${')) return given;
    const parts: string[] = [];
    let from = 0;
    let isFilled = false;
    for (const match of given.matchAll(expression)) {
      parts.push(given.slice(from, match.index));
      from = match.index + match[0].length;
      const inside = match[1];
      if (inside === undefined) parts.push('${');
      else {
        isFilled = true;
        const found = await lookUp(inside, world);
        if ('problem' in found)
          problems.push({ path, text: `${pathText(path)} is ${given}, but ${found.problem}` });
        else parts.push(found.text);
      }
    }
    const result = [...parts, given.slice(from)].join('');
    if (!isFilled) return result;
    written.set(pathText(path), given);
    return textAs(result, schemasAt(path));
  };
  return { value: await walk(value, []), problems, written };
}

type LookedUp = { readonly text: string } | { readonly problem: string };

async function lookUp(inside: string, { env, folder }: World): Promise<LookedUp> {
  if (inside.startsWith('file:')) return fromFile(resolve(folder, inside.slice('file:'.length)));
  const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside) ?? [];
  if (name === undefined)
    return { problem: `\${${inside}} is none of \${NAME}, \${NAME:-default} and \${file:path}` };
  const value = env[name];
  if (value !== undefined && (value !== '' || fallback === undefined)) return { text: value };
  if (fallback !== undefined) return { text: fallback };
  return {
    problem: `the environment variable ${name} is not set; set it, or write \${${name}:-default}`,
  };
}

async function fromFile(path: string): Promise<LookedUp> {
  try {
    return { text: (await readFile(path, 'utf8')).replace(/\r?\n$/, '') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: `the file ${path} cannot be read (${code})` };
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
