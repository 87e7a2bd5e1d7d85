import Table from 'cli-table3';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

/** A row of a table: texts, and numbers that are put to the right. */
export type Row = readonly (string | number | undefined)[];

/**
 * What a command tells, in one of two languages: text for people, or JSON for programs. With `--json` a command prints one
 * document, or, when it goes on and on, one document a line.
 */
export class Output {
  readonly isJson: boolean;
  readonly #terminal: Terminal;

  constructor(terminal: Terminal, isJson: boolean) {
    this.#terminal = terminal;
    this.isJson = isJson;
  }

  /** The command's whole answer. */
  document(value: unknown, people: () => string): void {
    this.#write(this.isJson ? JSON.stringify(value, null, 2) : people());
  }

  /** One of many. */
  item(value: unknown, people: () => string): void {
    this.#write(this.isJson ? JSON.stringify(value) : people());
  }

  /** For people only: what to do next, or what was done. With `--json` the document says it. */
  note(text: string): void {
    if (!this.isJson) this.#write(text);
  }

  #write(text: string): void {
    this.#terminal.stdout.write(`${text}\n`);
  }
}

/** A table without lines: a head, and a row each. */
export function table(head: readonly string[], rows: readonly Row[]): string {
  const isNumber = head.map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  const drawn = new Table({
    head: [...head],
    colAligns: isNumber.map((number) => (number && rows.length > 0 ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: noLines,
  });
  for (const row of rows)
    drawn.push(row.map((cell) => (cell === undefined ? '-' : visible(String(cell)))));
  const lines = drawn.toString().split('\n');
  return lines.map((line) => line.trimEnd()).join('\n');
}

const places = ['top', 'bottom', 'mid', 'left', 'right'].flatMap((place) => [
  place,
  ...(['left', 'right'].includes(place)
    ? [`${place}-mid`]
    : [`${place}-mid`, `${place}-left`, `${place}-right`]),
]);
const noLines: Record<string, string> = Object.fromEntries(
  [...places, 'mid-mid', 'middle'].map((place) => [place, '']),
);
