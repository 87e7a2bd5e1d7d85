import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../../support/cli.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'partita-produce-'));
  const config = 'backend: memory\nlogger: { kind: silent }\nmemory: { topics: { orders: 4 } }\n';
  await writeFile(join(folder, 'app.yaml'), config);
});
afterAll(() => rm(folder, { recursive: true }));

const produce = (...args: string[]) => cli(['produce', 'orders', ...args], { folder });

describe('partita produce', { timeout: 30_000 }, () => {
  it('writes a file of 10,000 lines, and shows on a terminal how far it is', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `key-${i % 100}:value ${i}\n`);
    await writeFile(join(folder, 'many.txt'), lines.join(''));
    const line = ['produce', 'orders', '--file', 'many.txt', '--key-separator', ':'];
    const { code, out, errors } = await cli(line, { folder, columns: 120 });
    expect(code).toBe(0);
    expect(out).toMatch(/^Wrote 10000 records to orders \(0: \d+, 1: \d+, 2: \d+, 3: \d+\)\.\n$/);
    expect(errors).toMatch(/orders 0 % .* 0 of \d+ bytes/);
    expect((await cli(line, { folder })).errors).toBe('');
  });

  it.each([
    ['is no JSON', '{ "value": "x"', /line 2 is no JSON/],
    ['is a list', '["x"]', /line 2 is no object/],
    ['has a number for a value', '{ "value": 5 }', /line 2 has value 5; expected text/],
    ['has a list for a header', '{ "headers": { "h": [] } }', /line 2 has headers\.h \[\]/],
    ['names no partition', '{ "partition": "0" }', /line 2 has partition "0"/],
    [
      'has its value under another name',
      '{ "key": "k", "valu": "x" }',
      /'valu'.*did you mean value\?/,
    ],
    ['has no value', '{ "key": "k" }', /line 2 has no value; .*"value": null/],
    ['has headers in a list', '{ "value": "x", "headers": ["h"] }', /line 2 has headers \["h"\]/],
    [
      'has bytes that are no base64',
      '{ "value": { "base64": "%%" } }',
      /line 2 has value \{"base64":"%%"\}/,
    ],
  ])('names the line that %s', async (_, wrong, message) => {
    await writeFile(join(folder, 'wrong.jsonl'), `{ "value": "first" }\n${wrong}\n`);
    const { code, out, errors } = await produce('--file', 'wrong.jsonl', '--input', 'json');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toMatch(message);
    expect(errors).toContain('No record was acknowledged by orders before that.');
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  it('writes bytes as they are, blank lines of JSON not at all, and a header as often as it is given', async () => {
    await writeFile(join(folder, 'bytes'), Buffer.from([255, 254, 10, 0]));
    expect((await produce('--file', 'bytes')).out).toMatch(/^Wrote 2 records/);
    await writeFile(join(folder, 'blank.jsonl'), '\uFEFF{ "value": "a" }\n\n{ "value": "b" }\n \n');
    const lines = await produce('--file', 'blank.jsonl', '--input', 'json');
    expect(lines.out).toMatch(/^Wrote 2 records/);
    await writeFile(join(folder, 'latin.jsonl'), Buffer.from('{ "value": "\u00e4" }', 'latin1'));
    const latin = await produce('--file', 'latin.jsonl', '--input', 'json');
    expect(latin.errors).toContain('line 1 is no UTF-8');
  });

  it('says at once that there is no such topic, or no such file', async () => {
    const topic = await cli(['produce', 'oders', 'x'], { folder });
    expect(topic).toMatchObject({ code: 1, out: '' });
    expect(topic.errors).toMatch(/oders does not exist/);
    expect((await produce('--file', '.')).errors).toMatch(
      /--file .* cannot be read \(it is a folder\)/,
    );
    expect((await produce('--file', 'none')).errors).toMatch(/cannot be read \(ENOENT\)/);
  });

  it('says how many records are there when a line further down is wrong', async () => {
    await writeFile(join(folder, 'late.txt'), `${'k=v\n'.repeat(1_500)}novalue\n`);
    const { code, errors } = await produce('--file', 'late.txt', '--key-separator', '=');
    expect(code).toBe(2);
    expect(errors).toContain("line 1501 has no '=' between key and value");
    expect(errors).toContain('1000 records were acknowledged by orders before that.');
  });
});
