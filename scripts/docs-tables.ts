/**
 * `npm run docs:tables`: writes the tables that are made from code into the documents. With --check it changes nothing and
 * ends with 1 when one is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { backendTable } from './tables/backend-table.ts';
import { embeddedKafkaTable } from './tables/embedded-kafka-table.ts';

const tables = [
  { file: 'README.md', name: 'backends', text: backendTable() },
  { file: 'docs/embedded-kafka.md', name: 'embedded-kafka', text: embeddedKafkaTable() },
];
const check = process.argv.includes('--check');
let stale = false;

for (const { file, name, text } of tables) {
  const path = new URL(`../${file}`, import.meta.url);
  const before = readFileSync(path, 'utf8');
  const begin = `<!-- ${name}:begin (npm run docs:tables) -->`;
  const end = `<!-- ${name}:end -->`;
  const [head, rest] = before.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`${file} has no place for ${name}`);
  const after = `${head}${begin}\n${text}\n${end}${tail}`;
  if (after === before) continue;
  stale = true;
  if (check)
    process.stderr.write(`${file}: the table ${name} is out of date, run npm run docs:tables\n`);
  else writeFileSync(path, after);
}
process.exitCode = check && stale ? 1 : 0;
