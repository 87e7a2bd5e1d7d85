import { PartitaError } from '../../core/index.ts';
import type { AppConfig, EventHubsConfig } from '../app-config.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import type { Reference } from '../values.ts';
import type { BackendContext } from './backend-context.ts';
import { checkpointsOf } from './checkpoints-of.ts';
import { inMilliseconds } from './in-milliseconds.ts';
import type { References } from './references.ts';

/** What `eventHubs(…)` gets for section `eventhubs`. */
export async function eventHubsOptions(
  { checkpoints, credential, keyOf, webSocketOptions, retry, ...rest }: EventHubsConfig,
  context: BackendContext,
): Promise<object> {
  const { references, parts, config, problems } = context;
  const store = parts.checkpoints ?? (await checkpointsOf(checkpoints, context));
  if (store === undefined) problems.push(...groupsWithoutStore(config));
  const others = {
    checkpoints: store,
    credential: await credentialOf(credential, references),
    keyOf: await loaded(keyOf, 'keyOf', 'function', references),
    webSocketOptions: await loaded(webSocketOptions, 'webSocketOptions', 'object', references),
    retryOptions: retry && retryOptions(retry),
  };
  return { ...inMilliseconds(rest, ['eventhubs']), ...withoutUndefined(others) };
}

/** Such a group would be refused at the start. */
function groupsWithoutStore({ consumers = [] }: AppConfig): ConfigProblem[] {
  const [group] = consumers.flatMap(({ group: name }) => name ?? []);
  if (group === undefined) return [];
  const path = ['eventhubs', 'checkpoints'];
  const text = `eventhubs.checkpoints is missing: the group ${group} has to be kept somewhere, in blob storage for instance`;
  return [{ path, text }];
}

/** In the words of the client library. */
function retryOptions(retry: NonNullable<EventHubsConfig['retry']>): object {
  const { maxRetries, firstDelayMs, maxDelayMs, timeoutMs } = inMilliseconds(retry, [
    'eventhubs',
    'retry',
  ]);
  return withoutUndefined({
    maxRetries,
    retryDelayInMs: firstDelayMs,
    maxRetryDelayInMs: maxDelayMs,
    timeoutInMs: timeoutMs,
  });
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

async function loaded(
  reference: Reference | undefined,
  key: string,
  type: 'function' | 'object',
  references: References,
): Promise<unknown> {
  if (reference === undefined) return undefined;
  const isWanted = (value: unknown): value is unknown => typeof value === type && value !== null;
  return references.load(reference, ['eventhubs', key], `of type ${type}`, isWanted);
}

async function credentialOf(
  credential: EventHubsConfig['credential'],
  references: References,
): Promise<unknown> {
  if (credential === undefined) return undefined;
  const path = ['eventhubs', 'credential'];
  if (credential !== 'default')
    return references.load(credential, path, 'a token credential, with getToken', isCredential);
  try {
    const { DefaultAzureCredential } = await import('@azure/identity');
    return new DefaultAzureCredential();
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      "credential is 'default', which needs the package @azure/identity: npm install @azure/identity",
      { cause },
    );
  }
}

function isCredential(value: unknown): value is object {
  return typeof Object(value).getToken === 'function';
}
