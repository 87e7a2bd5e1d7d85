import type { ErrorCode } from 'yaml';

/** Codes of the YAML parser in our words: its own messages quote the file, which may hold secrets. */
const reasons: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation does not fit, or a bracket above is not closed',
  BAD_ALIAS: 'an alias (*name) stands where none can be',
  BAD_DQ_ESCAPE: 'between double quotes \\ begins an escape; write \\\\, or use single quotes',
  BAD_SCALAR_START: 'a text that begins so has to be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second key: value in one line; a text with a colon has to be in quotes',
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing before here',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines; a quote or a colon is missing',
  MULTIPLE_DOCS: 'a second document begins here; a file has one',
  TAB_AS_INDENT: 'a tab stands in the indentation; use spaces',
};

/** What the YAML parser found, without a text of the file except names of keys and tags. */
export function yamlReason(code: ErrorCode, rest: string, line = ''): string {
  if (code === 'DUPLICATE_KEY') {
    const [key = ''] = /^["']?[\w$-]{1,40}/.exec(rest) ?? [];
    return `the key ${key.replace(/^["']/, '')} is there twice; keep one of them`;
  }
  if (code === 'TAG_RESOLVE_FAILED') {
    const [tag = 'a tag'] = /^!\S{0,40}/.exec(rest) ?? [];
    return `the tag ${tag} means nothing here; leave it out`;
  }
  const words = reasons[code] ?? code.toLowerCase().replaceAll('_', ' ');
  return /[{[,]\s*[^'"]*\$\{/.test(line)
    ? `${words}; a text with \${…} has to be in quotes between braces or brackets`
    : words;
}

/** Where a text stops to be JSON, and why; undefined when it is. */
export function jsonProblem(
  text: string,
): { readonly offset: number; readonly reason: string } | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const { message } = error as SyntaxError;
    // Messages of other forms quote the text.
    const [, told, at] = /^([^"]*?)(?: in JSON)? at position (\d+)/.exec(message) ?? [];
    const hint = 'comments, commas at the end and texts without double quotes are YAML, not JSON';
    const reason = told === undefined ? hint : `${told.toLowerCase()}; ${hint}`;
    return { offset: at === undefined ? firstSign(text) : Number(at), reason };
  }
}

/** Of what cannot even begin. */
function firstSign(text: string): number {
  return Math.max(0, text.search(/\S/));
}
