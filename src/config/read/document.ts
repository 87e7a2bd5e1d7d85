import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigPath } from '../source.ts';

/** A file of data, with where in it each value stands. */
export interface Document {
  readonly value: unknown;
  /** What makes it unreadable, with `line:column` in front; no text of the file, which may hold secrets. */
  readonly problems: readonly string[];
  /** `line:column` of the key, or of the list entry, at this path or the nearest one above it. */
  position(path: ConfigPath): string;
}

/** Reads YAML 1.2, of which JSON is a part. */
export function parseText(text: string): Document {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const problems = document.errors.map(({ pos: [offset], code }) => {
    const { line } = lines.linePos(offset);
    return {
      line,
      text: `${at(offset)}: this is no YAML: ${reason(code, text.split('\n')[line - 1])}`,
    };
  });
  // What follows in the same line comes from the first mistake in it.
  const firsts = problems.filter(({ line }, i) => line !== problems[i - 1]?.line);
  return {
    value: problems.length > 0 ? undefined : (document.toJS() as unknown),
    problems: firsts.map((problem) => problem.text),
    position: (path) => at(offsetOf(document.contents, path)),
  };
}

/** `BAD_INDENT` → `bad indent`. The parser's own messages quote the file. */
function reason(code: string, line = ''): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return /[{[,]\s*[^'"]*\$\{/.test(line)
    ? `${words}; a text with \${…} has to be in quotes between braces or brackets`
    : words;
}

function offsetOf(root: Node | null, path: ConfigPath): number {
  let node: unknown = root;
  let offset = 0;
  for (const key of path) {
    const next = child(node, key);
    if (next === undefined) break;
    offset = next.offset;
    node = next.value;
  }
  return offset;
}

function child(node: unknown, key: PropertyKey) {
  if (isSeq(node)) {
    const item = node.items[Number(key)] as Node | undefined;
    return item === undefined ? undefined : { value: item, offset: item.range?.[0] ?? 0 };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(
    (item) => isPair(item) && isScalar(item.key) && item.key.value === key,
  );
  if (pair === undefined) return undefined;
  return { value: pair.value, offset: (pair.key as Node).range?.[0] ?? 0 };
}
