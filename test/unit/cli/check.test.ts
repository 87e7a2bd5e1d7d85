import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../../support/cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'partita-check-'));
  await writeFile(join(folder, 'orders.mjs'), 'export const handle = () => {};\n');
});
afterAll(() => rm(folder, { recursive: true }));

const file = (more: string, top = '') => `backend: memory
memory: { topics: { orders: 4 } }
${top}consumers:
  - topics: orders
    group: billing
    onError: stop
    handler: ./orders.mjs#handle
${more}`;

async function check(text: string, env: Record<string, string> = {}) {
  await writeFile(join(folder, 'app.yaml'), text);
  return cli(['check'], { folder, env });
}

// The first one loads everything.
describe('partita check', { timeout: 30_000 }, () => {
  it('looks for the partitions that are chosen', async () => {
    const { code, out } = await check(file('    partitions: [0, 9]\n'));
    expect(code).toBe(1);
    expect(out).toContain('partition 9 is chosen, but there are 0 to 3');
  });

  it('lists several problems, one a line, in the order of the file', async () => {
    const { code, errors } = await check(file('    drainTimeout: 5\n', 'helth: {}\n'));
    expect(code).toBe(2);
    expect(errors).toBe(`partita: Invalid configuration, 2 problems:
  app.yaml:3:1: helth is no key; did you mean health?
  app.yaml:9:5: consumers[0].drainTimeout is 5, expected a time with its unit: 500ms, 30s, 5m or 1h; a number alone has no unit: write 5ms or 5s
`);
  });

  it('names variables that look like settings and are none', async () => {
    const { code, errors } = await check(file(''), { PARTITA_LOG_LEVEL: 'debug' });
    expect({ code, errors }).toEqual({
      code: 0,
      errors:
        'partita: the environment variable PARTITA_LOG_LEVEL names no key and has no effect\n',
    });
  });
});
