import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAppFromConfig, readConfig } from '../../../../src/config/index.ts';
import { testApp } from '../../../../src/testing/index.ts';

const config = `
backend: kafka
kafka:
  brokers: [nowhere.invalid:9092]
consumers:
  - topics: orders
    group: billing
    value: json
    handler: ./orders.mjs#handle
    onError:
      - { policy: retry, attempts: 2, firstDelay: 10s, maxDelay: 10s }
      - { policy: deadLetter, topic: orders.dead }
`;

it('testApp runs an application that a configuration file declares', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'partita-test-app-'));
  try {
    writeFileSync(join(folder, 'app.yaml'), config);
    writeFileSync(
      join(folder, 'orders.mjs'),
      'export function handle(order) { if (order.id === "bad") throw new Error("no"); }',
    );
    const app = await createAppFromConfig(await readConfig(join(folder, 'app.yaml')));
    await using t = await testApp(app);
    await t.produce('orders', [{ value: { id: 'good' } }, { value: { id: 'bad' } }]);
    await t.idle();
    expect(t.handled('billing').map(({ state }) => state)).toEqual(['done', 'failed', 'failed']);
    expect(t.deadLetters('orders.dead')).toHaveLength(1);
    expect(t.committed('orders')).toEqual([2]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
