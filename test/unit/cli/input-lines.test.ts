import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { linesOf } from '../../../src/cli/input-lines.ts';

async function linesIn(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from(chunks))) lines.push(line.toString('latin1'));
  return lines;
}

it('ends lines with LF and CRLF, wherever the chunks end', async () => {
  expect(await linesIn('a\r', '\nb', 'c', '\n\nd')).toEqual(['a', 'bc', '', 'd']);
  expect(await linesIn('a\n')).toEqual(['a']);
  expect(await linesIn()).toEqual([]);
});

it('leaves bytes that are no text as they are, and characters that other tools end lines with', async () => {
  expect(await linesIn(Buffer.from([255, 13, 0, 10, 254]))).toEqual(['\u00ff\r\0', '\u00fe']);
  expect(await linesIn('a\u2028b\n')).toHaveLength(1);
});
