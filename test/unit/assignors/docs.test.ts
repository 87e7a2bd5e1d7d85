import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../../scripts/assignor-docs/files.ts';

test.each([...generatedFiles()])('%s is up to date (npm run docs:assignors)', (path, content) => {
  expect(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')).toBe(content);
});
