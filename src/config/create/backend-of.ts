import { resolve } from 'node:path';
import { type BackendDefinition, type CheckpointStore, PartitaError } from '../../core/index.ts';
import { realClock } from '../../system/real-clock.ts';
import type { AppConfig, CheckpointsConfig, EventHubsConfig, KafkaConfig } from '../app-config.ts';
import type { AppParts } from './app-parts.ts';
import { inMilliseconds } from './in-milliseconds.ts';
import type { References } from './references.ts';

/** What a backend is made from, besides its section. */
export interface BackendContext {
  readonly folder: string;
  readonly parts: AppParts;
  readonly references: References;
}

/**
 * The backend that the configuration names; only that one is loaded.
 *
 * @throws InvalidConfigError with what the backend finds wrong with its section; PartitaError `MISSING_PEER` without its library
 */
export async function backendOf(
  config: AppConfig,
  context: BackendContext,
): Promise<BackendDefinition> {
  switch (config.backend) {
    case 'memory': {
      const { memory } = await import('../../backends/memory/index.ts');
      return memory(inMilliseconds(config.memory ?? {}, ['memory']));
    }
    case 'kafka': {
      const { kafka } = await import('../../backends/kafka/index.ts');
      return kafka(await kafkaOptions(config.kafka ?? {}, context));
    }
    case 'eventhubs': {
      const { eventHubs } = await import('../../backends/eventhubs/index.ts');
      return eventHubs(await eventHubsOptions(config.eventhubs ?? {}, context));
    }
  }
}

async function kafkaOptions({ sasl, ssl, ...rest }: KafkaConfig, { references }: BackendContext) {
  return {
    ...inMilliseconds(rest, ['kafka']),
    ...(ssl !== undefined && { ssl }),
    ...(sasl !== undefined && { sasl: await saslOf(sasl, references) }),
  };
}

async function saslOf(sasl: NonNullable<KafkaConfig['sasl']>, references: References) {
  if (sasl.mechanism !== 'oauthbearer') return sasl;
  const { mechanism, provider } = sasl;
  const path = ['kafka', 'sasl', 'provider'];
  const oauthBearerProvider = await references.load(provider, path, 'a function', isTokenProvider);
  return { mechanism, oauthBearerProvider: oauthBearerProvider ?? noToken };
}

type TokenProvider = () => Promise<{ readonly value: string }>;

function isTokenProvider(value: unknown): value is TokenProvider {
  return typeof value === 'function';
}

/** Stands in for one that could not be loaded, of which `references` tells. */
async function noToken(): Promise<{ readonly value: string }> {
  throw new PartitaError('INVALID_CONFIG', 'kafka.sasl.provider could not be loaded.');
}

async function eventHubsOptions(config: EventHubsConfig, context: BackendContext) {
  const { checkpoints, credential, keyOf, webSocketOptions, retry, ...rest } = config;
  const { references, parts } = context;
  const store = parts.checkpoints ?? (await checkpointsOf(checkpoints, context));
  const load = async (
    reference: typeof keyOf,
    key: string,
    isWanted: (value: unknown) => value is object,
    wanted: string,
  ) =>
    reference === undefined
      ? undefined
      : references.load(reference, ['eventhubs', key], wanted, isWanted);
  const loaded = {
    credential: await credentialOf(credential, references),
    keyOf: await load(keyOf, 'keyOf', isFunction, 'a function'),
    webSocketOptions: await load(webSocketOptions, 'webSocketOptions', isObject, 'an object'),
    checkpoints: store,
    retryOptions: retryOptions(retry),
  };
  const given = Object.entries(loaded).filter(([, value]) => value !== undefined);
  return { ...inMilliseconds(rest, ['eventhubs']), ...Object.fromEntries(given) };
}

/** In the words of the client library. */
function retryOptions(retry: EventHubsConfig['retry']) {
  if (retry === undefined) return undefined;
  const { maxRetries, firstDelayMs, maxDelayMs, timeoutMs } = inMilliseconds(retry, [
    'eventhubs',
    'retry',
  ]);
  const options = {
    maxRetries,
    retryDelayInMs: firstDelayMs,
    maxRetryDelayInMs: maxDelayMs,
    timeoutInMs: timeoutMs,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function checkpointsOf(
  config: CheckpointsConfig | undefined,
  { folder, parts }: BackendContext,
): Promise<CheckpointStore | undefined> {
  if (config === undefined) return undefined;
  const { blobCheckpoints, fileCheckpointStore, memoryCheckpointStore } = await import(
    '../../backends/eventhubs/index.ts'
  );
  const clock = parts.clock ?? realClock;
  if (config.kind === 'memory') return memoryCheckpointStore(clock);
  if (config.kind === 'file')
    return fileCheckpointStore({ folder: resolve(folder, config.folder), clock });
  const { connectionString, container, keptVersions, legacyPrefix } = config;
  return blobCheckpoints({
    connectionString,
    container,
    ...(keptVersions !== undefined && { keptVersions }),
    ...(legacyPrefix !== undefined && {
      legacy: legacyPrefix === '' ? {} : { prefix: legacyPrefix },
    }),
  });
}

interface Credential {
  getToken(...args: never): unknown;
}

async function credentialOf(
  credential: EventHubsConfig['credential'],
  references: References,
): Promise<Credential | undefined> {
  if (credential === undefined) return undefined;
  if (credential !== 'default')
    return references.load(
      credential,
      ['eventhubs', 'credential'],
      'a token credential',
      isCredential,
    );
  try {
    const { DefaultAzureCredential } = await import('@azure/identity');
    return new DefaultAzureCredential();
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      "eventhubs.credential is 'default', which needs the package @azure/identity: npm install @azure/identity",
      { cause },
    );
  }
}

function isCredential(value: unknown): value is Credential {
  return typeof Object(value).getToken === 'function';
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
