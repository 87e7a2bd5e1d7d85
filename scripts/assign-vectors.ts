/**
 * Reads assignor vectors, one JSON object per line, from standard input and prints the assignment of each as JSON: member id →
 * list of [topic, partition]. The form is described in test/vectors/assignors/README.md.
 *
 *     npm run -s assign:vectors < file.jsonl
 */
import { createInterface } from 'node:readline';
import { assignorByName } from '../src/assignors/index.ts';
import { readVector, toJson } from './vector.ts';

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
let output = '';
for await (const line of lines) {
  if (line.trim() === '') continue;
  const { assignor, group } = readVector(line);
  output += `${JSON.stringify(toJson(assignorByName(assignor).assign(group)))}\n`;
  if (output.length > 65_536) {
    process.stdout.write(output);
    output = '';
  }
}
process.stdout.write(output);
