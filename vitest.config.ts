import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

type ProjectOptions = NonNullable<TestProjectInlineConfiguration['test']>;

const project = (name: string, options: ProjectOptions = {}): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

/** One real broker for all tests of a run; see test/support/kafka.ts. */
const withKafka: ProjectOptions = {
  globalSetup: 'test/support/kafka-global-setup.ts',
  testTimeout: 60_000,
  hookTimeout: 120_000,
};
/** After the others, so many files at a time: sessions and time-outs of a broker run in real time. */
const later = (groupOrder: number, maxWorkers: number): ProjectOptions => ({
  sequence: { groupOrder },
  maxWorkers,
});
/** Clusters that are killed and fleets of processes: two of these at once are more than two cores bear. */
const heavy = ['fetcher', 'failover', 'group-failover', 'fleet'].map(
  (name) => `test/integration/kafka-${name}.test.ts`,
);
/** Real protocols, served in this process: little work, much waiting. */
const conformanceOnEmulators = ['embedded-kafka*', 'eventhubs*'].map(
  (name) => `test/conformance/${name}.test.ts`,
);
/**
 * The same cases with groups in memory instead of blobs: `.ci/run` plays them, too. Stores have tests of their own for what
 * they have in common.
 */
const conformanceOnMemoryStore = 'test/conformance/eventhubs.test.ts';
const playsAll = process.env.PARTITA_TEST_ALL === '1';
const conformanceOnKafka = 'test/conformance/**/kafka*.test.ts';

/** Where the figures of the run go as JSON, for whoever wants to add them up. */
const report = process.env.PARTITA_TEST_REPORT || undefined;

export default defineConfig({
  // Tests and examples import 'partita' as users do: here that is the source, as tsconfig.json says.
  resolve: { tsconfigPaths: true },
  test: {
    passWithNoTests: true,
    // The cache of transformed modules does not notice a changed tsconfig.
    fsModuleCache: process.env.CI === undefined,
    // Where nobody watches, a broken tree must not run into a time-out in each test.
    bail: process.env.CI === undefined ? 0 : 20,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    coverage: { provider: 'v8', include: ['src/**'] },
    projects: [
      project('unit', later(0, 3)),
      // Official SDKs against the emulator. The first run fetches those of Python and Java.
      project('emulator', { ...later(0, 3), testTimeout: 30_000, hookTimeout: 300_000 }),
      project('simulation', { ...later(0, 3), testTimeout: 60_000 }),
      project('conformance', {
        ...later(0, 3),
        exclude: [conformanceOnKafka, ...conformanceOnEmulators],
      }),
      project('conformance-emulators', {
        ...later(1, 3),
        include: conformanceOnEmulators,
        exclude: playsAll ? [] : [conformanceOnMemoryStore],
      }),
      project('conformance-kafka', { ...withKafka, ...later(1, 3), include: [conformanceOnKafka] }),
      project('integration', { ...withKafka, ...later(1, 3), exclude: heavy }),
      project('integration-heavy', { ...withKafka, ...later(2, 1), include: heavy }),
      project('package', {
        ...later(0, 3),
        testTimeout: 120_000,
        // The examples run on a real Kafka, too.
        globalSetup: ['test/package/build-once.ts', 'test/support/kafka-global-setup.ts'],
      }),
      project('types', { ...later(0, 3), testTimeout: 120_000 }),
    ],
  },
});
