import { z } from 'zod';
import type {
  AppConfig,
  HealthConfig,
  LoggerConfig,
  ProducerConfig,
  TelemetryConfig,
} from '../app-config.ts';
import { consumer } from './consumer.ts';
import { eventHubs } from './event-hubs.ts';
import { kafka } from './kafka.ts';
import { memory } from './memory.ts';
import { sharedGroups } from './shared-groups.ts';
import { count, delay, duration, optional, reference, size, text, yesOrNo } from './values.ts';

const port = count(0, 65_535).meta({ description: 'Port to listen on; 0 for any that is free.' });
const host = optional(text, 'Address to listen on.', '0.0.0.0');

const producer: z.ZodType<ProducerConfig> = z
  .strictObject({
    acks: optional(
      z.enum(['all', 'leader', 'none']),
      'Who must have a record before it counts as written. Dead letters and `publish` always wait for all.',
      'all',
    ),
    linger: optional(delay, 'How long a record waits for company.', '5ms'),
    batchBytes: optional(size, 'A batch of one partition is sent at this size.', '128KiB'),
    compression: optional(
      z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
      'How batches are compressed.',
      'none',
    ),
    idempotent: optional(
      yesOrNo(),
      'Retries write nothing twice and keep order.',
      'true with acks all',
    ),
    partitioner: optional(
      z.union([z.enum(['keyed', 'sticky', 'roundrobin']), reference], {
        error: 'keyed, sticky, roundrobin or a module that exports a partitioner',
      }),
      "For records that name no partition. `keyed`: by key, as the broker's own clients do it; `sticky` and `roundrobin` ignore keys: one partition for about a batch, each in turn. Or a module that exports a partitioner.",
      'keyed',
    ),
    deliveryTimeout: optional(
      duration,
      'A record that is not acknowledged by then fails with `TIMEOUT`.',
      '2m',
    ),
  })
  .refine(({ acks = 'all', idempotent }) => idempotent !== true || acks === 'all', {
    error: "false, or acks 'all'",
    path: ['idempotent'],
  })
  .meta({ id: 'ProducerConfig', description: 'Defaults of everything the application writes.' });

const health: z.ZodType<HealthConfig> = z
  .strictObject({
    port,
    host,
    stuckAfter: optional(
      duration,
      'A partition that has work counts as stuck when no handler of it has ended for so long; longer than the longest handler, and the longest wait between two tries.',
      '5m',
    ),
  })
  .meta({ id: 'HealthConfig', description: 'Liveness and readiness over HTTP.' });

const telemetry: z.ZodType<TelemetryConfig> = z
  .strictObject({
    traces: optional(yesOrNo(), 'Spans through the OpenTelemetry API.', false),
    metrics: optional(yesOrNo(), 'Metrics through the OpenTelemetry API.', false),
    prometheus: optional(
      z.strictObject({ port, host }),
      'Metrics for Prometheus, at `/metrics`.',
      'none',
    ),
  })
  .meta({ id: 'TelemetryConfig', description: 'Traces and metrics.' });

const logger: z.ZodType<LoggerConfig> = z
  .strictObject({
    kind: optional(
      z.enum(['stderr', 'pino', 'silent']),
      'Lines on standard error, JSON through the package pino, or nothing.',
      'stderr',
    ),
    level: optional(
      z.enum(['debug', 'info', 'warn', 'error']),
      'The least that is written.',
      'warn',
    ),
  })
  .meta({ id: 'LoggerConfig', description: 'Where log lines go.' });

function isSamePort(one?: { readonly port: number }, other?: { readonly port: number }): boolean {
  return one !== undefined && one.port !== 0 && one.port === other?.port;
}

/** The one schema: types, JSON Schema and `docs/configuration.md` are made from it. */
export const appSchema: z.ZodType<AppConfig> = z
  .strictObject({
    $schema: optional(z.string(), 'Where editors find the JSON Schema of this file.'),
    backend: z.enum(['memory', 'kafka', 'eventhubs']).meta({
      description: 'Which broker: the section of this name is used, others may be there too.',
    }),
    kafka: kafka.exactOptional(),
    eventhubs: eventHubs.exactOptional(),
    memory: memory.exactOptional(),
    clientId: optional(text, 'Names this process to the broker.', 'partita'),
    startTimeout: optional(
      duration,
      'How long the start waits for a broker that cannot be reached.',
      '60s',
    ),
    stopTimeout: optional(duration, 'How long a stop waits for running handlers.', '30s'),
    middleware: optional(
      z.array(reference),
      'Around all handlers and writes, outermost first: modules that export a middleware.',
      [],
    ),
    consumers: optional(
      z.array(consumer).superRefine(sharedGroups),
      'What is read, and by which handler.',
      [],
    ),
    producer: producer.exactOptional(),
    health: health.exactOptional(),
    telemetry: telemetry.exactOptional(),
    logger: logger.exactOptional(),
  })
  .refine(({ health, telemetry }) => !isSamePort(health, telemetry?.prometheus), {
    error: 'another port than health.port',
    path: ['telemetry', 'prometheus', 'port'],
  })
  .meta({ title: 'Configuration of Partita', description: 'One application of Partita.' });
