import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { broker, type TestBroker } from '../../../src/testing/index.ts';
import { type CliResult, cli } from '../../support/cli.ts';

let local: TestBroker;
let folder: string;
const letters = 40;

beforeAll(async () => {
  local = await broker({ topics: ['orders', 'orders.dead', 'mixed.dead'] });
  folder = await mkdtemp(join(tmpdir(), 'partita-replay-'));
  const kafka = `kafka: { brokers: ['${local.kafka.bootstrap}'] }`;
  const config = `backend: kafka\nlogger: { kind: silent }\n${kafka}\nproducer: { deliveryTimeout: 1s }\n`;
  await writeFile(join(folder, 'app.yaml'), config);
  const dead = ['-H', 'partita-topic=orders', '-H', 'partita-error=TypeError'];
  await partita('produce', 'orders.dead', ...Array(letters).fill('x'), ...dead);
});
afterAll(async () => {
  await local?.close();
  await rm(folder, { recursive: true });
});

const partita = (...args: string[]): Promise<CliResult> => cli(args, { folder });

describe('partita dlq replay', () => {
  it('shows on a terminal how far it is, and nothing of that elsewhere', async () => {
    const line = ['dlq', 'replay', 'orders.dead', '--execute'];
    const { code, out, errors } = await cli(line, { folder, columns: 120 });
    expect(code).toBe(0);
    expect(out).toMatch(/^orders +40$/m);
    expect(out).toContain(`begins at orders.dead-0@${letters}`);
    expect(errors).toContain('orders.dead ');
    expect(errors).toContain(`0 of ${letters} letters`);
    expect((await cli([...line, '-n', '1'], { folder })).errors).toBe('');
  });

  it('says where to go on when it ends early', async () => {
    for (const origin of ['orders', 'nowhere', 'orders'])
      await partita('produce', 'mixed.dead', 'x', '-H', `partita-topic=${origin}`);
    const { code, errors } = await partita('dlq', 'replay', 'mixed.dead', '--execute');
    expect(code).toBe(1);
    expect(errors).toContain('nowhere');
    expect(errors).toContain('1 of 3 letters replayed; the others begin at mixed.dead-0@1.');
    const rest = await partita('dlq', 'replay', 'mixed.dead', '--from', '1', '--origin', 'orders');
    expect(rest.out).toMatch(/orders +1$/m);
  });
});
