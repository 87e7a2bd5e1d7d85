import { z } from 'zod';
import type { CheckpointsConfig, EventHubsConfig, SdkRetryConfig } from '../app-config.ts';
import { count, delay, duration, optional, reference, secret, text, topicName } from './values.ts';

const blob = z.strictObject({
  kind: z.literal('blob').meta({ description: 'Azure Blob Storage, in the format of the SDKs.' }),
  connectionString: secret('Of the storage account, with key or SAS.'),
  container: text.meta({ description: 'Name of a container that exists.' }),
  keptVersions: optional(
    z.enum(['refuse', 'allow']),
    'What to do about an account that keeps old versions or deleted blobs, which makes each list slower.',
    'refuse',
  ),
  legacyPrefix: optional(
    z.string(),
    'Begin from checkpoints of Event Processor Host or Azure Functions: what stands before the partition id in names of their blobs; empty for the usual ones.',
  ),
});

const file = z.strictObject({
  kind: z.literal('file').meta({ description: 'A folder, for the processes of one machine.' }),
  folder: text.meta({ description: 'Seen from the folder of the file. Is created when missing.' }),
});

const memory = z.strictObject({
  kind: z
    .literal('memory')
    .meta({ description: 'This process alone, forgotten when it ends: for tests.' }),
});

const checkpoints: z.ZodType<CheckpointsConfig> = z
  .discriminatedUnion('kind', [blob, file, memory], { error: 'blob, file or memory' })
  .meta({ id: 'CheckpointsConfig', description: 'Where groups are kept.' });

const sdkRetry: z.ZodType<SdkRetryConfig> = z
  .strictObject({
    maxRetries: optional(count(0), 'Tries after the first one.', 3),
    firstDelay: optional(delay, 'Before the second try.', '200ms'),
    maxDelay: optional(delay, 'Longest wait between two tries.', '5s'),
    timeout: optional(duration, 'For each try.', '15s'),
  })
  .meta({ id: 'SdkRetryConfig', description: 'Tries inside the client library.' });

/** Section `eventhubs`: options of `eventHubs(…)`. */
export const eventHubs: z.ZodType<EventHubsConfig> = z
  .strictObject({
    connectionString: secret(
      'Of the namespace, or of one event hub in it. Or give `namespace` and `credential`.',
    ).exactOptional(),
    namespace: optional(
      text,
      'Host of the namespace, such as `contoso.servicebus.windows.net`; together with `credential`.',
    ),
    credential: optional(
      z.union([z.literal('default'), reference], {
        error: "'default' or a module that exports a token credential",
      }),
      '`default`: DefaultAzureCredential of the package @azure/identity. Or a module that exports a token credential.',
    ),
    checkpoints: checkpoints.exactOptional(),
    hubs: optional(
      z.array(topicName),
      'Event hubs that the admin lists; the service names none.',
      [],
    ),
    keyOf: optional(
      reference,
      'A function that gives the key of an event as it was read, for lanes by key.',
      'the partition key',
    ),
    prefetch: optional(count(1), 'Most events of one partition that are fetched ahead.', 1_000),
    officialProcessors: optional(
      z.enum(['detect', 'expected']),
      'Official processors in the same group.',
      'detect',
    ),
    foreignExpiry: optional(
      duration,
      'How long an ownership of official processors counts after its last renewal: 60 s in JavaScript, Python and Java, 120 s in .NET.',
      '60s',
    ),
    maxClockSkew: optional(
      duration,
      'Most that the clocks of this machine and of the checkpoint store may be apart at the start.',
      '10s',
    ),
    partitionRefresh: optional(duration, 'How often new partitions are looked for.', '5m'),
    webSocketOptions: optional(
      reference,
      "A module that exports the client library's `webSocketOptions`: AMQP over WebSockets, also through a proxy.",
      'AMQP over TCP',
    ),
    customEndpointAddress: optional(text, 'Address of an intermediary.', 'none'),
    retry: sdkRetry.exactOptional(),
  })
  .meta({ id: 'EventHubsConfig', description: 'Azure Event Hubs over AMQP.' });
