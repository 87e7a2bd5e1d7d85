import { stripVTControlCharacters } from 'node:util';

/** Puts blocks of lines next to each other, each as wide as said; longer lines are cut, colours and all. */
export function beside(blocks: readonly (readonly string[])[], width: number): string[] {
  const height = Math.max(0, ...blocks.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) =>
    blocks
      .map((lines) => padded(lines[at] ?? '', width))
      .join('')
      .trimEnd(),
  );
}

function padded(line: string, width: number): string {
  const text = stripVTControlCharacters(line);
  if (text.length < width) return line + ' '.repeat(width - text.length);
  return `${text.slice(0, width - 2)}… `;
}
