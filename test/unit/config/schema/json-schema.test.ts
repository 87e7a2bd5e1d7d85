// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of configurations.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../../..');
const published = z.fromJSONSchema(
  JSON.parse(readFileSync(join(root, 'config.schema.json'), 'utf8')),
);
const takes = (config: unknown) => published.safeParse(config).success;

/** A consumer with this in it. */
const withConsumer = (settings: object) => ({
  backend: 'memory',
  consumers: [{ topics: 'orders', group: 'billing', onError: 'stop', ...settings }],
});

describe('The JSON Schema for editors', () => {
  it('needs nothing of a validator that the standard leaves open', () => {
    expect(readFileSync(join(root, 'config.schema.json'), 'utf8')).not.toContain('"format"');
  });

  it('takes the example of the documentation', () => {
    const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(takes(parse(example))).toBe(true);
  });

  it('takes a text that is filled in later wherever something certain is wanted', () => {
    expect(
      takes({
        backend: '${BACKEND:-memory}',
        stopTimeout: '${STOP}',
        health: { port: '${PORT}' },
        telemetry: { metrics: '${METRICS}' },
        kafka: { brokers: '${BROKERS}', ssl: { ca: '${file:./ca.pem}' } },
        consumers: [{ topics: ['${TOPIC}'], partitions: '${PARTITIONS}', onError: '${POLICY}' }],
      }),
    ).toBe(true);
  });

  it.for([
    { backend: 'kafak' },
    { backend: 'memory', stopTimeout: 30 },
    { backend: 'memory', stopTimeout: '30sec' },
    { backend: 'memory', kafak: {} },
    withConsumer({ onError: undefined }),
    withConsumer({ onError: { policy: 'retry' } }),
    withConsumer({ handler: 'orders.ts' }),
    withConsumer({ buffer: { highBytes: '8MB' } }),
    withConsumer({ topics: 'a/b' }),
    { backend: 'kafka', kafka: { ssl: { ca: './ca.pem' } } },
  ])('refuses %o', (config) => {
    expect(takes(JSON.parse(JSON.stringify(config)))).toBe(false);
  });
});
