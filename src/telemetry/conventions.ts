import type { Attributes } from '@opentelemetry/api';
import type { HandlingCall, ProduceCall } from '../core/index.ts';

/**
 * Names of span attributes. `v1.24`: the semantic conventions that instrumentations have had by default since 2024. `messaging`:
 * the newer ones, on their way to stable. `messaging/dup`: both, while dashboards move over. As the OpenTelemetry specification
 * has it for the variable OTEL_SEMCONV_STABILITY_OPT_IN.
 *
 * https://opentelemetry.io/docs/specs/semconv/messaging/
 */
export type Conventions = 'v1.24' | 'messaging' | 'messaging/dup';

/** What OTEL_SEMCONV_STABILITY_OPT_IN asks for: a list with commas, of which others have their own words. */
export function conventionsOf(optIn: string | undefined): Conventions {
  const words = new Set(optIn?.split(',').map((word) => word.trim()));
  if (words.has('messaging/dup')) return 'messaging/dup';
  return words.has('messaging') ? 'messaging' : 'v1.24';
}

/** Attributes of a handler's span; those that say which records are left to the caller. */
export function processAttributes(conventions: Conventions, call: HandlingCall): Attributes {
  const { topic, partition, group, records, kind, env } = call;
  const batch = kind === 'batch' && { 'messaging.batch.message_count': records.length };
  const offset = kind === 'record' ? records[0]?.offset : undefined;
  const isEventHubs = env.backend === 'eventhubs';
  return {
    'messaging.system': env.backend,
    'messaging.destination.name': topic,
    'partita.consumer': call.consumer,
    'partita.attempt': call.attempt,
    ...batch,
    ...(conventions !== 'messaging' && {
      'messaging.operation': 'process',
      'messaging.client_id': env.clientId,
      ...(isEventHubs
        ? { 'messaging.destination.partition.id': String(partition) }
        : { 'messaging.kafka.destination.partition': partition }),
      ...(group !== null && {
        [`messaging.${isEventHubs ? 'eventhubs' : 'kafka'}.consumer.group`]: group,
      }),
      ...(offset !== undefined && {
        [isEventHubs ? 'partita.offset' : 'messaging.kafka.message.offset']: offset,
      }),
    }),
    ...(conventions !== 'v1.24' && {
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.client.id': env.clientId,
      'messaging.destination.partition.id': String(partition),
      ...(group !== null && { 'messaging.consumer.group.name': group }),
      ...(offset !== undefined && {
        [isEventHubs ? 'partita.offset' : 'messaging.kafka.offset']: offset,
      }),
    }),
  };
}

/** Attributes of a span around a write. */
export function sendAttributes(conventions: Conventions, call: ProduceCall): Attributes {
  const { topic, records, origin, env } = call;
  return {
    'messaging.system': env.backend,
    'messaging.destination.name': topic,
    'partita.origin': origin,
    ...(call.consumer !== undefined && { 'partita.consumer': call.consumer }),
    ...(records.length > 1 && { 'messaging.batch.message_count': records.length }),
    ...(conventions !== 'messaging' && {
      'messaging.operation': 'publish',
      'messaging.client_id': env.clientId,
    }),
    ...(conventions !== 'v1.24' && {
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'send',
      'messaging.client.id': env.clientId,
    }),
  };
}

/** `process orders`, or `orders process` as it was before. */
export function spanName(
  conventions: Conventions,
  operation: 'process' | 'send',
  topic: string,
): string {
  if (conventions !== 'v1.24') return `${operation} ${topic}`;
  return `${topic} ${operation === 'send' ? 'publish' : operation}`;
}
