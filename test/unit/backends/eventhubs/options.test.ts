import { describe, expect, it } from 'vitest';
import { eventHubs } from '../../../../src/backends/eventhubs/index.ts';
import {
  type EventHubsOptions,
  resolveEventHubsOptions,
} from '../../../../src/backends/eventhubs/options.ts';

const connectionString =
  'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=c2VjcmV0=';
const problemsOf = (options: unknown): readonly string[] => {
  try {
    resolveEventHubsOptions(options as EventHubsOptions);
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
};

describe('options of the Event Hubs backend', () => {
  it('need no more than a connection string', () => {
    expect(eventHubs({ connectionString }).name).toBe('eventhubs');
    expect(resolveEventHubsOptions({ connectionString })).toMatchObject({
      namespace: 'contoso.servicebus.windows.net',
      hubs: [],
      prefetch: 1_000,
    });
  });

  it('take a namespace with a token credential', () => {
    const credential = { getToken: async () => null };
    const namespace = 'contoso.servicebus.windows.net';
    expect(problemsOf({ namespace, credential })).toEqual([]);
  });

  it('know the hub that a connection string names', () => {
    const { hubs } = resolveEventHubsOptions({
      connectionString: `${connectionString};EntityPath=orders`,
    });
    expect(hubs).toEqual(['orders']);
  });

  it('hand proxies, gateways and retries to the client library', () => {
    const webSocketOptions = { webSocketConstructorOptions: { agent: 'proxy' } };
    const customEndpointAddress = 'https://gateway.example:5671/';
    const retryOptions = { maxRetries: 1 };
    const { client } = resolveEventHubsOptions({
      connectionString,
      webSocketOptions,
      customEndpointAddress,
      retryOptions,
    });
    expect(client).toMatchObject({ webSocketOptions, customEndpointAddress, retryOptions });
  });

  it('tell all problems at once, and no secret', () => {
    const problems = problemsOf({
      connectionString: 'Endpoint=http://x;SharedAccessKey=topsecret',
      prefetch: 0,
      keyOf: 'key',
      checkpoints: {},
      hubs: [''],
      conectionString: '',
    });
    expect(problems).toHaveLength(7);
    expect(problems.join()).not.toContain('topsecret');
  });

  it.each([
    [{}, 'give connectionString, or namespace and credential'],
    [{ namespace: 'x.example' }, 'credential is missing'],
    [{ credential: { getToken: async (): Promise<null> => null } }, 'namespace is missing'],
    [
      { namespace: 'sb://x.example/', credential: { getToken: async (): Promise<null> => null } },
      'expected a host such as contoso.servicebus.windows.net',
    ],
    [
      { connectionString: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=b' },
      'connectionString is that of a storage account',
    ],
    [{ connectionString, maxClockSkewMs: -1 }, 'maxClockSkewMs'],
    [{ connectionString, foreignExpiryMs: 'long' }, 'foreignExpiryMs'],
    [{ namespace: 'x.example', credential: {} }, 'getToken'],
    [{ connectionString, namespace: 'x.example' }, 'not both'],
    [{ connectionString, officialProcessors: 'yes' }, 'officialProcessors'],
    [undefined, 'the options'],
  ])('refuse %j', (options, sentence) => {
    expect(problemsOf(options).join('; ')).toContain(sentence);
  });
});
