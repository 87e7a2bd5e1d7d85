import type { Readable } from 'node:stream';

const newline = 10;
const carriageReturn = 13;

/** Lines as bytes: what is no text stays what it is. A line ends with LF or CRLF. */
export async function* linesOf(input: Readable): AsyncIterable<Buffer> {
  let begun: Buffer[] = [];
  for await (const chunk of input) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    let from = 0;
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, from)) {
      yield lineOf([...begun, bytes.subarray(from, at)]);
      begun = [];
      from = at + 1;
    }
    if (from < bytes.length) begun.push(bytes.subarray(from));
  }
  if (begun.length > 0) yield lineOf(begun);
}

function lineOf(parts: readonly Buffer[]): Buffer {
  const [only] = parts;
  const line = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}
