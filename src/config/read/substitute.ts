import { resolve } from 'node:path';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { schemasAt } from '../schema/branches.ts';
import { type ConfigPath, pathText } from '../source.ts';
import { pieces } from './expressions.ts';
import type { Environment } from './read-config.ts';
import { readText } from './read-text.ts';
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
    for (const [key, item] of this.#entries(given, path))
      if (item !== undefined) entries.push([key, await this.value(item, [...path, key])]);
    return Object.fromEntries(entries);
  }

  /** Of a module's object, whose properties may compute. */
  #entries(given: object, path: ConfigPath): readonly (readonly [string, unknown])[] {
    try {
      return Object.entries(given);
    } catch (error) {
      this.problems.push({ path, text: `${pathText(path)} cannot be read: ${String(error)}` });
      return [];
    }
  }

  async #text(given: string, path: ConfigPath): Promise<unknown> {
    const { text, isFilled } = await this.#filled(given, path);
    if (!isFilled) return text;
    this.written.set(pathText(path), given);
    return textAs(text, schemasAt(path));
  }

  async #filled(given: string, path: ConfigPath): Promise<{ text: string; isFilled: boolean }> {
    const found = pieces(given);
    const parts: string[] = [];
    for (const piece of found) {
      if (piece.kind === 'text') parts.push(piece.text);
      else if (piece.kind === 'expression') parts.push(await this.#lookUp(piece.inside, path));
      else {
        const problem = `${pathText(path)} opens \${ without a }; close it, or write $\${ for one that is meant literally`;
        this.problems.push({ path, text: problem });
      }
    }
    return { text: parts.join(''), isFilled: found.some(({ kind }) => kind !== 'text') };
  }

  async #lookUp(inside: string, path: ConfigPath): Promise<string> {
    const looked = await this.#value(inside, path);
    if ('text' in looked) return looked.text;
    // Not the whole text: what stands around may be a part of a secret.
    const text = `${pathText(path)} needs \${${inside}}, but ${looked.problem}`;
    this.problems.push({ path, text });
    return '';
  }

  /** A default and the path of a file may have expressions in them. */
  async #value(inside: string, path: ConfigPath): Promise<LookedUp> {
    const { env, folder } = this.#world;
    if (inside.startsWith('file:')) {
      const { text: file } = await this.#filled(inside.slice('file:'.length), path);
      return file === '' ? { problem: 'that names no file' } : fromFile(resolve(folder, file));
    }
    const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside) ?? [];
    if (name === undefined)
      return { problem: `that is none of \${NAME}, \${NAME:-default} and \${file:path}` };
    const value = env[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return { text: value };
    if (fallback !== undefined) return { text: (await this.#filled(fallback, path)).text };
    return {
      problem: `the environment variable ${name} is not set; set it, or write \${${name}:-default}`,
    };
  }
}

type LookedUp = { readonly text: string } | { readonly problem: string };

async function fromFile(path: string): Promise<LookedUp> {
  const read = await readText(path);
  if ('problem' in read) return { problem: `the file ${path} is of no use: ${read.problem}` };
  return { text: read.text.replace(/\r?\n$/, '') };
}
