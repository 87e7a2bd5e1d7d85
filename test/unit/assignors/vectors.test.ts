import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readVector, toJson, type Vector, type VectorAssignment } from '../../../scripts/vector.ts';
import { assignorByName } from '../../../src/assignors/index.ts';

const folder = new URL('../../vectors/assignors/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl.gz'));

interface Breach {
  readonly rule: 'U2' | 'U3' | 'U3 tie';
  readonly partition: string;
  readonly member: string;
}
const exceptions: Record<string, Record<string, Breach[]>> = JSON.parse(
  readFileSync(new URL('exceptions.json', folder), 'utf8'),
);

const vectorsIn = (file: string): Vector[] =>
  gunzipSync(readFileSync(new URL(file, folder)))
    .toString()
    .trim()
    .split('\n')
    .map(readVector);

const assign = ({ assignor, group }: Vector): VectorAssignment =>
  toJson(assignorByName(assignor).assign(group));

const has = (assignment: VectorAssignment | undefined, { member, partition }: Breach): boolean =>
  assignment?.[member]?.some((one) => one.join('-') === partition) ?? false;

describe('vectors of the Java assignors', () => {
  test('are all there', () => {
    expect(files).toHaveLength(18);
  });

  test.each(files)('%s: same lists, except where Java is wrong', (file) => {
    const known = exceptions[file.replace('.jsonl.gz', '')] ?? {};
    vectorsIn(file).forEach((vector, line) => {
      const result = assign(vector);
      if (known[line] === undefined) expect(result, `line ${line}`).toEqual(vector.expected);
      else expect(result, `line ${line} need not be an exception`).not.toEqual(vector.expected);
    });
  });
});

describe.each(Object.keys(exceptions))('exceptions of %s', (file) => {
  const vectors = vectorsIn(`${file}.jsonl.gz`);
  const breaches = Object.entries(exceptions[file] ?? {}).flatMap(([line, list]) =>
    list.map((breach) => ({ line: Number(line), ...breach })),
  );

  test.each(breaches)('line $line: $rule with $partition', ({ line, ...breach }) => {
    const vector = vectors[line] as Vector;
    expect(breaks(vector, vector.expected as VectorAssignment, breach), 'Java').toBe(true);
    expect(breaks(vector, assign(vector), breach), 'ours').toBe(false);
  });
});

/** True if the member has the partition against the rule. */
function breaks({ group }: Vector, assignment: VectorAssignment, breach: Breach): boolean {
  if (!has(assignment, breach)) return false;
  const topic = breach.partition.slice(0, breach.partition.lastIndexOf('-'));
  const getter = group.members.find(({ id }) => id === breach.member);
  if (breach.rule === 'U2') return getter?.topics.includes(topic) === false;
  const claims = group.members.filter(({ owned }) =>
    owned.some((one) => `${one.topic}-${one.partition}` === breach.partition),
  );
  const newest = Math.max(...claims.map(({ generation }) => generation));
  return claims.some(({ id, generation }) => generation === newest && id !== breach.member);
}
