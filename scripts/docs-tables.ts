/**
 * `npm run docs:tables`: writes what is made from code: tables in the documents, and whole files. With --check it changes nothing
 * and ends with 1 when something is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { explainedExample } from './config-files/explained-example.ts';
import { configReference } from './config-files/reference.ts';
import { configSchemaFile } from './config-files/schema-file.ts';
import { configTypes } from './config-files/types.ts';
import { backendTable } from './tables/backend-table.ts';
import { embeddedKafkaDifferences } from './tables/embedded-kafka-differences.ts';
import { embeddedKafkaTable } from './tables/embedded-kafka-table.ts';
import { metricsTable } from './tables/metrics-table.ts';
import { spanAttributesTable } from './tables/span-attributes-table.ts';

const tables = [
  { file: 'README.md', name: 'backends', text: backendTable() },
  { file: 'docs/embedded-kafka.md', name: 'embedded-kafka', text: embeddedKafkaTable() },
  {
    file: 'docs/embedded-kafka.md',
    name: 'embedded-kafka-differences',
    text: embeddedKafkaDifferences(),
  },
  { file: 'docs/configuration.md', name: 'configuration', text: configReference() },
  { file: 'docs/configuration.md', name: 'explained', text: explainedExample() },
  { file: 'docs/telemetry.md', name: 'metrics', text: metricsTable() },
  { file: 'docs/telemetry.md', name: 'span-attributes', text: spanAttributesTable() },
];
const files = [
  { file: 'config.schema.json', text: configSchemaFile() },
  ...Array.from(configTypes(), ([name, text]) => ({ file: `src/config/${name}`, text })),
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
for (const { file, text } of files) {
  const path = new URL(`../${file}`, import.meta.url);
  if (readFileSync(path, 'utf8') === text) continue;
  stale = true;
  if (check) process.stderr.write(`${file} is out of date, run npm run docs:tables\n`);
  else writeFileSync(path, text);
}
process.exitCode = check && stale ? 1 : 0;
