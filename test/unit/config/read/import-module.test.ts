import { expect, it } from 'vitest';
import { importModule } from '../../../../src/config/read/import-module.ts';
import { temporaryFolder } from '../temporary-folder.ts';

it('gives a module up that waits for what never comes', async () => {
  using folder = temporaryFolder({ 'h.mjs': 'await new Promise(() => {});\n' });
  expect(await importModule(folder.path('h.mjs'), 20)).toEqual({
    problem:
      'the module was not loaded after 0.02 s: it waits at its top level for something that does not come',
  });
});
