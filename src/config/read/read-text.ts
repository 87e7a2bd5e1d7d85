import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, parse } from 'node:path';
import { nearest } from '../../core/index.ts';

/** A text, or what to say about the file: "it is a folder". */
export type ReadText = { readonly text: string } | { readonly problem: string };

/** The text of a file in UTF-8, without a byte order mark. */
export async function readText(path: string): Promise<ReadText> {
  try {
    const bytes = await readFile(path);
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { problem: 'it is no text in UTF-8; save it as UTF-8' };
    return { problem: inWords(code) };
  }
}

/** Why there is no file to load, undefined when there is one. Names the one that is nearly called so. */
export async function missingFile(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isDirectory() ? inWords('EISDIR') : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const guess = code === 'ENOENT' ? await similar(path) : undefined;
    return guess === undefined ? inWords(code) : `${inWords(code)}; did you mean ${guess}?`;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder, expected a file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
};

function inWords(code: string | undefined): string {
  return reasons[String(code)] ?? `it cannot be read (${code})`;
}

/** Another file of the same folder: first one that differs in its ending alone. */
async function similar(path: string): Promise<string | undefined> {
  const names = await readdir(dirname(path)).catch(() => []);
  const stem = parse(path).name;
  return names.find((name) => parse(name).name === stem) ?? nearest(basename(path), names);
}
