import { describe, expect, it } from 'vitest';
import { memory } from '../../../../src/backends/memory/index.ts';
import { type App, partita } from '../../../../src/index.ts';
import { type TestAppOptions, testApp } from '../../../../src/testing/index.ts';

describe('the options of testApp', () => {
  it('are checked all at once', async () => {
    const options = {
      partition: 3,
      topics: { orders: 0 },
      seed: 'a',
      limitMs: '5s',
      realLimitMs: 0,
    } as unknown as TestAppOptions;
    await expect(testApp(partita({ backend: memory() }), options)).rejects.toThrow(
      'Invalid call of testApp: partition is no option; did you mean partitions?; topics.orders is 0, expected a whole number of at least 1; seed is "a", expected a whole number of at least 0; limitMs is "5s", expected milliseconds; realLimitMs is 0, expected milliseconds.',
    );
  });

  it('come after an application, not after a promise of one', async () => {
    const app = partita({ backend: memory() });
    await expect(testApp(Promise.resolve(app) as unknown as App)).rejects.toThrow(
      /the application is a promise: await it/,
    );
    for (const wrong of [undefined, {}, 'app.yaml'])
      await expect(testApp(wrong as unknown as App)).rejects.toThrow(
        /expected what partita\(…\) has returned/,
      );
  });
});
