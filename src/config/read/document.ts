import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type Document as YamlDocument,
} from 'yaml';
import type { ConfigPath } from '../source.ts';
import { jsonProblem, yamlReason } from './unreadable.ts';

/** A file of data, with where in it each value stands. */
export interface Document {
  readonly value: unknown;
  /** What makes it unreadable, with `line:column` in front; no text of the file, which may hold secrets. */
  readonly problems: readonly string[];
  /** `line:column` of the key, or of the list entry, at this path or the nearest one above it. */
  position(path: ConfigPath): string;
}

/** Reads YAML 1.2, or JSON alone. */
export function parseText(text: string, form: 'YAML' | 'JSON'): Document {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'error',
  });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const json = form === 'JSON' && text.trim() !== '' ? jsonProblem(text) : undefined;
  const found = json === undefined ? syntaxProblems(document, text, lines) : [json];
  const problems = found.map(
    ({ offset, reason }) => `${at(offset)}: this is no ${form}: ${reason}`,
  );
  const aliases = problems.length > 0 ? [] : aliasProblems(document);
  const broken = [...problems, ...aliases.map(({ offset, reason }) => `${at(offset)}: ${reason}`)];
  return {
    value: broken.length > 0 ? undefined : (document.toJS() as unknown),
    problems: broken,
    position: (path) => at(offsetOf(document.contents, path)),
  };
}

interface Flaw {
  readonly offset: number;
  readonly reason: string;
}

function syntaxProblems(document: YamlDocument, text: string, lines: LineCounter): Flaw[] {
  // Tags that nobody knows are warnings of the parser: the value would be taken without what they say about it.
  const flaws = [...document.errors, ...document.warnings].map(({ pos: [offset], code }) => {
    const { line } = lines.linePos(offset);
    return {
      line,
      offset,
      reason: yamlReason(code, text.slice(offset), text.split('\n')[line - 1]),
    };
  });
  flaws.sort((a, b) => a.offset - b.offset);
  // What follows in the same line comes from the first mistake in it.
  return flaws.filter(({ line }, i) => line !== flaws[i - 1]?.line);
}

/** Aliases of anchors that do not stand before them, or that would blow the file up. */
function aliasProblems(document: YamlDocument): Flaw[] {
  const flaws: Flaw[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined)
        flaws.push({
          offset: alias.range?.[0] ?? 0,
          reason: `*${alias.source} names an anchor, but no &${alias.source} stands before it`,
        });
    },
  });
  if (flaws.length > 0) return flaws;
  try {
    document.toJS();
    return [];
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return [{ offset: 0, reason: 'aliases of aliases make the file many times as large' }];
  }
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
