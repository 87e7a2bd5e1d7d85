import type {
  EventHubConsumerClientOptions,
  ReceivedEventData,
  RetryOptions,
  TokenCredential,
  WebSocketOptions,
} from '@azure/event-hubs';
import { type CheckpointStore, InvalidConfigError, OptionCheck } from '../../core/index.ts';

export interface EventHubsOptions {
  /** Of the namespace, or of one event hub in it. */
  readonly connectionString?: string;
  /** Host of the namespace, such as `contoso.servicebus.windows.net`; together with `credential`. */
  readonly namespace?: string;
  /** A token credential, such as `new DefaultAzureCredential()` of the package @azure/identity. */
  readonly credential?: TokenCredential;
  /** Where groups are kept: `blobCheckpoints(…)`. May be left out by those who only produce or read without a group. */
  readonly checkpoints?: CheckpointStore;
  /** Event hubs that the admin lists; the service names none. Those that were used are known besides. @default none */
  readonly hubs?: readonly string[];
  /** Key of a record as it was read, for lanes by key. @default the partition key; see `docs/eventhubs.md` */
  readonly keyOf?: (event: ReceivedEventData) => Buffer | string | null;
  /** Most events of one partition that are fetched ahead; `fetch.maxBytesPerPartition` is the limit in bytes. @default 1_000 */
  readonly prefetch?: number;
  /** Official processors in the same group, see `docs/eventhubs.md`. @default 'detect' */
  readonly officialProcessors?: 'detect' | 'expected';
  /**
   * How long an ownership of official processors counts after its last renewal, in milliseconds: 60 s in JavaScript, Python and
   * Java, 120 s in .NET, unless they were told otherwise. @default 60_000
   */
  readonly foreignExpiryMs?: number;
  /** Most that the clocks of this machine and of the checkpoint store may be apart at the start, in milliseconds. @default 10_000 */
  readonly maxClockSkewMs?: number;
  /** How often new partitions are looked for, in milliseconds. @default 300_000 */
  readonly partitionRefreshMs?: number;
  /** Handed to the client library: AMQP over WebSockets, also through a proxy. @default AMQP over TCP */
  readonly webSocketOptions?: WebSocketOptions;
  /** Handed to the client library: address of an intermediary, such as `https://gateway.example:5671/`. @default none */
  readonly customEndpointAddress?: string;
  /** Handed to the client library; each of our own tries is one of its calls. @default exponential from 200 ms, 3 retries */
  readonly retryOptions?: RetryOptions;
}

/** Checked options with all defaults filled in. */
export interface EventHubsSettings {
  readonly connectionString: string | undefined;
  /** The one event hub that the connection string is for. */
  readonly entityPath: string | undefined;
  readonly credential: TokenCredential | undefined;
  /** Host without port: the part of a group's name that official software uses. */
  readonly namespace: string;
  readonly checkpoints: CheckpointStore | undefined;
  readonly hubs: readonly string[];
  readonly keyOf: EventHubsOptions['keyOf'];
  readonly prefetch: number;
  readonly officialProcessors: 'detect' | 'expected';
  readonly foreignExpiryMs: number;
  readonly maxClockSkewMs: number;
  readonly partitionRefreshMs: number;
  readonly client: EventHubConsumerClientOptions;
}

const knownOptions: readonly (keyof EventHubsOptions)[] = [
  'connectionString',
  'namespace',
  'credential',
  'checkpoints',
  'hubs',
  'keyOf',
  'prefetch',
  'officialProcessors',
  'foreignExpiryMs',
  'maxClockSkewMs',
  'partitionRefreshMs',
  'webSocketOptions',
  'customEndpointAddress',
  'retryOptions',
];

/** Its own defaults wait 60 s for an answer and 30 s after the first error. `mode` 0 is exponential. */
const quickRetries: RetryOptions = {
  mode: 0,
  maxRetries: 3,
  retryDelayInMs: 200,
  maxRetryDelayInMs: 5_000,
  timeoutInMs: 15_000,
};

/** @throws InvalidConfigError with every problem there is. */
export function resolveEventHubsOptions(given: EventHubsOptions): EventHubsSettings {
  const check = new OptionCheck();
  const options = check.object('the options', given ?? null) as EventHubsOptions;
  check.known('', options, knownOptions);
  const { prefetch = 1_000, partitionRefreshMs = 300_000, hubs = [] } = options;
  const { foreignExpiryMs = 60_000, maxClockSkewMs = 10_000 } = options;
  const { officialProcessors = 'detect', webSocketOptions, customEndpointAddress } = options;
  const { host, hub } = connectionOf(options, check);
  check.functions(options, ['keyOf']);
  check.count('prefetch', prefetch, 1);
  for (const [name, ms] of Object.entries({ partitionRefreshMs, foreignExpiryMs, maxClockSkewMs }))
    check.ms(name, ms);
  check.oneOf('officialProcessors', officialProcessors, ['detect', 'expected']);
  check.optionalText('customEndpointAddress', customEndpointAddress);
  for (const name of ['retryOptions', 'webSocketOptions'] as const)
    check.object(name, options[name]);
  if (!Array.isArray(hubs) || hubs.some((name) => typeof name !== 'string' || name === ''))
    check.problem(`hubs is ${JSON.stringify(hubs)}, expected names of event hubs`);
  if (options.checkpoints !== undefined && typeof options.checkpoints?.load !== 'function')
    check.problem('checkpoints is no checkpoint store: give blobCheckpoints(…), or one of yours');
  if (check.problems.length > 0) throw new InvalidConfigError('Event Hubs options', check.problems);
  return {
    connectionString: options.connectionString,
    entityPath: hub,
    credential: options.credential,
    namespace: host,
    checkpoints: options.checkpoints,
    hubs: hub === undefined ? hubs : [...hubs, hub],
    keyOf: options.keyOf,
    prefetch,
    officialProcessors,
    foreignExpiryMs,
    maxClockSkewMs,
    partitionRefreshMs,
    client: {
      retryOptions: { ...quickRetries, ...options.retryOptions },
      ...(webSocketOptions !== undefined && { webSocketOptions }),
      ...(customEndpointAddress !== undefined && { customEndpointAddress }),
    },
  };
}

/** What is wrong is told without the secret. */
function connectionOf(
  { connectionString, namespace, credential }: EventHubsOptions,
  check: OptionCheck,
): { readonly host: string; readonly hub: string | undefined } {
  check.optionalText('connectionString', connectionString);
  check.optionalText('namespace', namespace);
  if (connectionString === undefined) {
    if (namespace === undefined && credential === undefined)
      check.problem('give connectionString, or namespace and credential');
    else if (namespace === undefined)
      check.problem(
        'namespace is missing: credential needs it, such as contoso.servicebus.windows.net',
      );
    else if (credential === undefined)
      check.problem(
        'credential is missing: namespace needs it, such as new DefaultAzureCredential() of @azure/identity',
      );
    else if (typeof credential.getToken !== 'function')
      check.problem('credential has no getToken: give one of the package @azure/identity');
    if (namespace !== undefined && !/^[\w.-]+$/.test(namespace))
      check.problem(
        `namespace is '${namespace}', expected a host such as contoso.servicebus.windows.net`,
      );
    return { host: namespace ?? '', hub: undefined };
  }
  if (namespace !== undefined || credential !== undefined)
    check.problem('give either connectionString, or namespace and credential, not both');
  const parts = partsOf(String(connectionString));
  if (parts.has('accountname')) {
    check.problem('connectionString is that of a storage account: give that of the namespace');
    return { host: '', hub: undefined };
  }
  const host = /^sb:\/\/([^/:\s]+)/i.exec(parts.get('endpoint') ?? '')?.[1];
  if (host === undefined) check.problem('connectionString has no Endpoint=sb://…');
  const isSigned = parts.has('sharedaccesssignature');
  if (!isSigned && !(parts.has('sharedaccesskeyname') && parts.has('sharedaccesskey')))
    check.problem(
      'connectionString has neither SharedAccessKeyName and SharedAccessKey nor SharedAccessSignature',
    );
  return { host: host ?? '', hub: parts.get('entitypath') };
}

function partsOf(connectionString: string): ReadonlyMap<string, string> {
  return new Map(
    connectionString.split(';').flatMap((part) => {
      const [name = '', ...value] = part.split('=');
      return value.length === 0 ? [] : [[name.trim().toLowerCase(), value.join('=').trim()]];
    }),
  );
}
