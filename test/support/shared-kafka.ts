import { describe, inject } from 'vitest';

/** The broker that one test run shares, or why there is none. */
export type SharedKafka =
  | { readonly bootstrap: readonly string[]; readonly missing?: never }
  | { readonly missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    kafka: SharedKafka;
  }
}

/** The addresses of the broker that this test run shares, or why there is none. */
export function sharedKafka(): SharedKafka {
  return inject('kafka');
}

/** A `describe` whose tests run against the shared broker; without one they are skipped, and the reason is in the name. */
export function describeKafka(
  name: string,
  tests: (kafka: { readonly bootstrap: readonly string[] }) => void,
): void {
  const kafka = sharedKafka();
  if (kafka.missing === undefined) {
    describe(name, () => tests(kafka));
  } else {
    describe.skip(`${name} (no Kafka: ${kafka.missing})`, () => tests({ bootstrap: [] }));
  }
}
