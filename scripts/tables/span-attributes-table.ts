import type { Attributes } from '@opentelemetry/api';
import type { HandlingCall, ProduceCall } from '../../src/core/index.ts';
import {
  type Conventions,
  processAttributes,
  sendAttributes,
} from '../../src/telemetry/conventions.ts';

const backends = ['kafka', 'eventhubs'];

function handling(backend: string, kind: 'record' | 'batch'): HandlingCall {
  const env = { backend, clientId: 'shop' };
  const records = [{ offset: 42 }, { offset: 43 }];
  const call = { topic: 'orders', partition: 3, group: 'billing', consumer: 'billing', attempt: 1 };
  return { ...call, kind, records, env } as unknown as HandlingCall;
}

function writing(backend: string): ProduceCall {
  const env = { backend, clientId: 'shop' };
  const records = [{ value: 'a' }, { value: 'b' }];
  const call = { topic: 'orders', origin: 'publish', consumer: 'billing' };
  return { ...call, records, env } as unknown as ProduceCall;
}

/** Values of each attribute on all brokers, for whoever compares them with what a dashboard asks for. */
function valuesOf(all: readonly Attributes[]): ReadonlyMap<string, string> {
  const values = new Map<string, Set<string>>();
  for (const attributes of all)
    for (const [name, value] of Object.entries(attributes))
      values.set(name, (values.get(name) ?? new Set()).add(`\`${value}\``));
  return new Map([...values].map(([name, found]) => [name, [...found].join(', ')]));
}

function rows(attributes: (conventions: Conventions) => readonly Attributes[]): string[] {
  const [before, now] = [valuesOf(attributes('v1.24')), valuesOf(attributes('messaging'))];
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].map(
    (name) => `| \`${name}\` | ${before.get(name) ?? ''} | ${now.get(name) ?? ''} |`,
  );
}

/** The attributes of spans, by conventions. */
export function spanAttributesTable(): string {
  const processing = rows((conventions) =>
    backends.flatMap((backend) =>
      (['record', 'batch'] as const).map((kind) =>
        processAttributes(conventions, handling(backend, kind)),
      ),
    ),
  );
  const sending = rows((conventions) =>
    backends.map((backend) => sendAttributes(conventions, writing(backend))),
  );
  const head = (what: string) => [`| ${what} | \`v1.24\` | \`messaging\` |`, '| --- | --- | --- |'];
  return [
    ...head('Around a handler'),
    ...processing,
    '',
    ...head('Around a write'),
    ...sending,
  ].join('\n');
}
