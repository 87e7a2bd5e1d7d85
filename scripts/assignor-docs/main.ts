/** `npm run docs:assignors`: draws the pictures and writes the tables of docs/assignors.md from the real assignors. */
import { writeFileSync } from 'node:fs';
import { generatedFiles } from './files.ts';

for (const [path, content] of generatedFiles()) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), content);
}
