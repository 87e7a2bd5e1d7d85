import { eventHubs } from '../../src/backends/eventhubs/index.ts';
import { kafka } from '../../src/backends/kafka/index.ts';
import { memory } from '../../src/backends/memory/index.ts';
import type { BackendDefinition, Capabilities } from '../../src/index.ts';

const backends: readonly { readonly title: string; readonly definition: BackendDefinition }[] = [
  { title: 'Memory<br>`partita/memory`', definition: memory() },
  {
    title: 'Apache Kafka 3.9, 4.x<br>`partita/kafka`',
    definition: kafka({ brokers: ['localhost:9092'] }),
  },
  {
    title: "Event Hubs' Kafka endpoint<br>`partita/kafka`",
    definition: kafka({
      profile: 'eventhubs-kafka-endpoint',
      connectionString:
        'Endpoint=sb://namespace.servicebus.windows.net/;SharedAccessKeyName=name;SharedAccessKey=key',
    }),
  },
  {
    title: 'Event Hubs, native<br>`partita/eventhubs`',
    definition: eventHubs({
      connectionString:
        'Endpoint=sb://namespace.servicebus.windows.net/;SharedAccessKeyName=name;SharedAccessKey=key',
    }),
  },
];

const rows: readonly { readonly title: string; show(capabilities: Capabilities): string }[] = [
  { title: 'assignor chosen by config', show: ({ assignors }) => yes(assignors) },
  { title: 'cooperative rebalance', show: ({ cooperative }) => yes(cooperative) },
  { title: 'static membership', show: ({ staticMembership }) => yes(staticMembership) },
  { title: 'topics by pattern', show: ({ patternSubscription }) => yes(patternSubscription) },
  { title: 'start at a time', show: ({ startAtTime }) => yes(startAtTime) },
  { title: 'creates topics', show: ({ createTopics }) => yes(createTopics) },
  {
    title: 'acknowledgements say the offset',
    show: ({ writtenOffsets }) => yes(writtenOffsets),
  },
  { title: 'transactions', show: ({ transactions }) => yes(transactions) },
  {
    title: 'finished work beyond the commit survives a crash',
    show: ({ commitMetadataBytes }) => yes(commitMetadataBytes > 0),
  },
  {
    title: 'largest record by default',
    show: ({ maxRecordBytes }) =>
      `${(maxRecordBytes / 1024).toLocaleString('en-US', { maximumFractionDigits: 0 })} KiB`,
  },
];

/** One column per backend, one row per capability, from the very values that the conformance suite skips by. */
export function backendTable(): string {
  const head = `| | ${backends.map(({ title }) => title).join(' | ')} |`;
  const line = `| --- |${' --- |'.repeat(backends.length)}`;
  const body = rows.map(
    ({ title, show }) =>
      `| ${title} | ${backends.map(({ definition }) => show(definition.capabilities)).join(' | ')} |`,
  );
  return [head, line, ...body].join('\n');
}

function yes(value: boolean): string {
  return value ? 'yes' : '–';
}
