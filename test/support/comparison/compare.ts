import { type Difference, differences } from './differences.ts';
import type { Exchange } from './transcript.ts';

/** A field that two brokers fill differently. */
export interface Deviation {
  readonly scenario: string;
  readonly request: string;
  readonly field: string;
  readonly kafka: string;
  readonly embedded: string;
}

const MISSING = '(missing)';

/** All fields in which the answers of a scenario differ. */
export function deviations(
  scenario: string,
  kafka: readonly Exchange[],
  embedded: readonly Exchange[],
): readonly Deviation[] {
  const count = Math.max(kafka.length, embedded.length);
  return Array.from({ length: count }, (_, at) => {
    const expected = kafka[at]?.answer ?? {};
    const given = embedded[at]?.answer ?? {};
    const request = kafka[at]?.request ?? embedded[at]?.request ?? '';
    const fields = new Set([...Object.keys(expected), ...Object.keys(given)]);
    return [...fields]
      .filter((field) => expected[field] !== given[field])
      .map((field) => ({
        scenario,
        request,
        field,
        kafka: expected[field] ?? MISSING,
        embedded: given[field] ?? MISSING,
      }));
  }).flat();
}

/** What the list says about a deviation; undefined: nothing. */
export function declared(deviation: Deviation): Difference | undefined {
  return differences.find(
    ({ request, field, kafka, scenarios }) =>
      new RegExp(`^\\d+ ${request} `).test(deviation.request) &&
      field.test(deviation.field) &&
      (kafka === undefined || kafka.test(deviation.kafka)) &&
      (scenarios === undefined || scenarios.includes(deviation.scenario)),
  );
}
