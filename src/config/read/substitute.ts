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
  /** Values that something else takes the place of: left as they are. */
  skips(path: ConfigPath): boolean;
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
  const filling = new Filling(world);
  return {
    value: await filling.value(value, []),
    problems: filling.problems,
    written: filling.written,
  };
}

class Filling {
  readonly problems: ConfigProblem[] = [];
  readonly written: Map<string, string> = new Map();
  readonly #world: World;
  /** What is being filled in, from the root inwards. */
  readonly #inside: Set<object> = new Set();

  constructor(world: World) {
    this.#world = world;
  }

  /** One part after the other, so that problems come in the order of the file. */
  async value(given: unknown, path: ConfigPath): Promise<unknown> {
    if (this.#world.skips(path)) return given;
    if (typeof given === 'string') return given.includes('${') ? this.#text(given, path) : given;
    if (typeof given !== 'object' || given === null) return given;
    if (this.#inside.has(given)) {
      this.problems.push({ path, text: `${pathText(path)} contains itself` });
      return null;
    }
    this.#inside.add(given);
    const filled = await this.#parts(given, path);
    this.#inside.delete(given);
    return filled;
  }

  async #parts(given: object, path: ConfigPath): Promise<unknown> {
    if (Array.isArray(given)) {
      const items: unknown[] = [];
      for (const [i, item] of given.entries()) items.push(await this.value(item, [...path, i]));
      return items;
    }
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(given))
      if (item !== undefined) entries.push([key, await this.value(item, [...path, key])]);
    return Object.fromEntries(entries);
  }

  async #text(given: string, path: ConfigPath): Promise<unknown> {
    const parts: string[] = [];
    let from = 0;
    let isFilled = false;
    for (const match of given.matchAll(expression)) {
      const [all, inside] = match;
      parts.push(given.slice(from, match.index));
      from = match.index + all.length;
      if (inside === undefined) parts.push('${');
      else {
        isFilled = true;
        parts.push(await this.#lookUp(inside, path));
      }
    }
    const result = [...parts, given.slice(from)].join('');
    if (!isFilled) return result;
    this.written.set(pathText(path), given);
    return textAs(result, schemasAt(path));
  }

  async #lookUp(inside: string, path: ConfigPath): Promise<string> {
    const found = await lookUp(inside, this.#world);
    if ('text' in found) return found.text;
    // Not the whole text: what stands around may be a part of a secret.
    const text = `${pathText(path)} needs \${${inside}}, but ${found.problem}`;
    this.problems.push({ path, text });
    return '';
  }
}

type LookedUp = { readonly text: string } | { readonly problem: string };

async function lookUp(inside: string, { env, folder }: World): Promise<LookedUp> {
  if (inside.startsWith('file:')) return fromFile(resolve(folder, inside.slice('file:'.length)));
  const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside) ?? [];
  if (name === undefined)
    return { problem: `that is none of \${NAME}, \${NAME:-default} and \${file:path}` };
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
