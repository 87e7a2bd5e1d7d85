import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { kafkaBroker } from '../../../../src/emulator/kafka/index.ts';
import { endpoints } from '../../../../src/emulator/kafka-requests/endpoints.ts';
import { EventHubsCredentials } from '../../../../src/emulator/kafka-sasl/event-hubs-credentials.ts';
import {
  apiVersionsApi,
  createTopicsApi,
  errorCode,
  joinGroupApi,
  metadataApi,
  saslAuthenticateApi,
  saslHandshakeApi,
} from '../../../../src/protocol/index.ts';
import { RawLink } from '../../../integration/protocol/raw-link.ts';

const broker = await kafkaBroker({ preset: 'eventhubs', transport: 'pipe', topics: ['t'] });
afterAll(() => broker.close());

async function authenticated(): Promise<RawLink> {
  const link = new RawLink(broker.connect());
  await link.send(saslHandshakeApi, { mechanism: 'PLAIN' }, 1);
  const authBytes = Buffer.from(`\0$ConnectionString\0${broker.connectionString}`);
  expect((await link.send(saslAuthenticateApi, { authBytes }, 1)).errorCode).toBe(0);
  return link;
}

async function versions(): Promise<Readonly<Record<string, string>>> {
  const { apiKeys } = await new RawLink(broker.connect()).send(apiVersionsApi, {}, 2);
  return Object.fromEntries(
    apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
      endpoints.get(apiKey)?.name ?? String(apiKey),
      `${minVersion}-${maxVersion}`,
    ]),
  );
}

describe('the preset of Event Hubs', () => {
  it('tells the versions the service tells, and no transactions or settings', async () => {
    const told = await versions();
    expect(told).toMatchObject({
      Produce: '3-7',
      Fetch: '4-6',
      Metadata: '0-5',
      ApiVersions: '0-3',
      InitProducerId: '0-1',
    });
    const names = Object.keys(told);
    for (const name of ['AddPartitionsToTxn', 'EndTxn', 'IncrementalAlterConfigs', 'DeleteRecords'])
      expect(names).not.toContain(name);
  });

  it('knows of every request there is whether the service has it', async () => {
    const served = new Set(Object.keys(await versions()));
    const others = ['DescribeGroups', 'ListGroups', 'CreateTopics', 'DeleteTopics'];
    const sasl = ['SaslHandshake', 'SaslAuthenticate'];
    const known = ['Produce', 'Fetch', 'ListOffsets', 'Metadata', 'OffsetCommit', 'OffsetFetch'];
    const groups = ['FindCoordinator', 'JoinGroup', 'Heartbeat', 'LeaveGroup', 'SyncGroup'];
    const rest = [
      'ApiVersions',
      'InitProducerId',
      'DescribeConfigs',
      'CreatePartitions',
      'DeleteGroups',
    ];
    expect([...served].sort()).toEqual([...known, ...groups, ...others, ...sasl, ...rest].sort());
  });

  it('ends connections that ask for a newer version, or for more than fits', async () => {
    const newer = await authenticated();
    await expect(newer.send(metadataApi, { topics: ['t'] }, 6)).rejects.toThrow('closed');
    const socket = broker.connect().resume();
    const length = Buffer.alloc(4);
    length.writeInt32BE(1_046_529);
    socket.write(length);
    await once(socket, 'close');
  });

  it('has 32 partitions at most, and sessions of 6 to 300 seconds', async () => {
    const link = await authenticated();
    const topics = [33, 32].map((partitions) => ({
      topic: `of-${partitions}`,
      partitions,
      replicationFactor: 1,
    }));
    const created = await link.send(createTopicsApi, { topics, timeoutMs: 1_000 }, 3);
    expect(created.topics.map((each) => each.errorCode)).toEqual([errorCode.INVALID_PARTITIONS, 0]);
    const codes: number[] = [];
    for (const sessionTimeoutMs of [5_999, 6_000, 300_001]) {
      const join = {
        groupId: 'g',
        sessionTimeoutMs,
        rebalanceTimeoutMs: 60_000,
        memberId: '',
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
      };
      codes.push((await link.send(joinGroupApi, join, 5)).errorCode);
    }
    const { INVALID_SESSION_TIMEOUT, MEMBER_ID_REQUIRED } = errorCode;
    expect(codes).toEqual([INVALID_SESSION_TIMEOUT, MEMBER_ID_REQUIRED, INVALID_SESSION_TIMEOUT]);
  });

  it('lets what is given beside it go first', async () => {
    await using other = await kafkaBroker({
      preset: 'eventhubs',
      transport: 'pipe',
      maxTopicPartitions: 100,
      topics: [{ name: 'wide', partitions: 100 }],
    });
    expect(other.state.topics[0]?.partitions).toHaveLength(100);
  });
});

describe('a connection string as password', () => {
  const keys = new EventHubsCredentials({ Root: 'a+b/c==', Send: 'x=' });
  const accepts = (password: string): boolean => keys.accepts('$ConnectionString', password);

  it('counts by its policy and its key', () => {
    const prefix = 'Endpoint=sb://ns.servicebus.windows.net/;';
    expect(accepts(`${prefix}SharedAccessKeyName=Root;SharedAccessKey=a+b/c==`)).toBe(true);
    expect(accepts(`${prefix}SharedAccessKey=x=;SharedAccessKeyName=Send;EntityPath=hub`)).toBe(
      true,
    );
    expect(accepts(`${prefix}sharedaccesskeyname=Root;sharedaccesskey=a+b/c==;`)).toBe(true);
    expect(accepts(`${prefix}SharedAccessKeyName=Root;SharedAccessKey=x=`)).toBe(false);
    expect(accepts(`${prefix}SharedAccessKeyName=None;SharedAccessKey=x=`)).toBe(false);
    expect(accepts(`${prefix}SharedAccessKeyName=Root`)).toBe(false);
    expect(accepts('SharedAccessKeyName=Root;SharedAccessKey=a+b/c==')).toBe(false);
    expect(accepts('')).toBe(false);
  });

  it('is for the one user name alone', () => {
    const password = 'Endpoint=sb://ns/;SharedAccessKeyName=Send;SharedAccessKey=x=';
    expect(keys.accepts('$connectionstring', password)).toBe(false);
    expect(keys.accepts('Send', 'x=')).toBe(false);
  });
});
