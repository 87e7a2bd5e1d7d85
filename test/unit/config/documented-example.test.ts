import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createAppFromConfig, readConfig } from 'partita/config';
import { memory } from 'partita/memory';
import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');

/** The first block of code in this language. */
function firstBlock(language: string): string {
  return page.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';
}

describe('The example of docs/configuration.md', () => {
  it('handles orders, and dead-letters what is none', async () => {
    using folder = temporaryFolder({
      'app.yaml': firstBlock('yaml'),
      'orders.ts': firstBlock('ts'),
    });
    symlinkSync(join(root, 'node_modules'), folder.path('node_modules'));
    const env = { PARTITA_BACKEND: 'memory', PARTITA_LOGGER_KIND: 'silent' };
    const config = await readConfig(folder.path('app.yaml'), { env });
    const backend = memory({ ...config.memory } as { topics: Record<string, number> });
    await using app = await createAppFromConfig(config, { parts: { backend } });
    await app.start();
    await app
      .producer()
      .send('orders', [{ value: '{"id":"order-1","total":42}' }, { value: '{"id":1}' }]);
    const counts = () => app.consumers[0]?.status().counts;
    await until('both are done', () => counts()?.handled === 2, { everyMs: 2 });
    expect(counts()).toMatchObject({ handled: 2, deadLettered: 1 });
    const [dead] = backend.records('orders.dead');
    expect(dead?.value?.toString()).toBe('{"id":1}');
  });
});
