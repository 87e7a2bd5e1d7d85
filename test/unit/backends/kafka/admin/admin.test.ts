import { describe, expect, it } from 'vitest';
import { KafkaAdmin } from '../../../../../src/backends/kafka/admin/admin.ts';
import type {
  BrokerAddress,
  ClusterMetadata,
  Link,
  Wire,
} from '../../../../../src/backends/kafka/wire/wire.ts';
import { PartitaError, silentLogger } from '../../../../../src/core/index.ts';
import {
  createTopicsApi,
  deleteTopicsApi,
  errorCode,
  findCoordinatorApi,
  listGroupsApi,
  listOffsetsApi,
  metadataApi,
  offsetFetchApi,
} from '../../../../../src/protocol/index.ts';
import { seededRandom, VirtualClock } from '../../../../../src/testing/index.ts';

type Handler = (address: BrokerAddress, request: never) => unknown;

const cut = (): never => {
  throw new PartitaError('CONNECTION_FAILED', 'cut', { retriable: true });
};

/** An admin of two brokers that answer as told, by the key of the request; and a clock that moves by itself. */
function world(
  handlers: ReadonlyMap<number, Handler>,
  metadata: () => ClusterMetadata | Promise<ClusterMetadata>,
  { unreachableMs }: { readonly unreachableMs?: number } = {},
) {
  const clock = new VirtualClock();
  const wire: Wire = {
    metadata: async () => metadata(),
    close: () => Promise.resolve(),
    link(address): Link {
      let closed = false;
      return {
        address,
        get closed() {
          return closed;
        },
        version: () => 1,
        close: () => {
          closed = true;
        },
        async send<Request, Response>(api: { key: number }, request: Request): Promise<Response> {
          try {
            return handlers.get(api.key)?.(address, request as never) as Response;
          } catch (error) {
            closed = true;
            throw error;
          }
        },
      };
    },
  };
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (line: string) => warnings.push(line) };
  const limits = unreachableMs === undefined ? {} : { unreachableMs };
  const env = { clock, random: seededRandom(1), log, clientId: 'test', ...limits };
  const admin = new KafkaAdmin({ wire, env, requestTimeoutMs: 5_000 });
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    await clock.until(() => done);
    return promise;
  };
  return { clock, admin, settled, warnings };
}

function cluster(topics: Record<string, readonly number[]> = {}): ClusterMetadata {
  return {
    controllerId: 1,
    brokers: new Map([1, 2].map((nodeId) => [nodeId, { nodeId, host: 'b', port: nodeId }])),
    topics: new Map(
      Object.entries(topics).map(([topic, leaders]) => [
        topic,
        {
          topic,
          internal: topic.startsWith('__'),
          partitions: leaders.map((leaderId, partition) => ({
            partition,
            leaderId,
            leaderEpoch: 0,
            replicas: [1],
          })),
        },
      ]),
    ),
  };
}

const known =
  (leaders: readonly number[]): Handler =>
  () => ({ topics: [{ errorCode: 0, partitions: leaders.map((leaderId) => ({ leaderId })) }] });
const leading: Handler = () => ({ topics: [{ partitions: [{ partition: 0, errorCode: 0 }] }] });

describe('the admin', () => {
  it('gives up a broker that has never answered after the time it was given, and says once that it waits', async () => {
    const { admin, settled, clock, warnings } = world(new Map(), cut, { unreachableMs: 6_000 });
    const beganMs = clock.now();
    await expect(settled(admin.topics())).rejects.toThrow('cut');
    expect(clock.now() - beganMs).toBeGreaterThanOrEqual(6_000);
    expect(clock.now() - beganMs).toBeLessThan(10_000);
    expect(warnings).toEqual(['cut It is tried again']);
  });

  it('says soon that there is no answer where connections are swallowed', async () => {
    const answer = Promise.withResolvers<ClusterMetadata>();
    const { admin, settled, clock, warnings } = world(new Map(), () => answer.promise);
    const topics = settled(admin.topics());
    await clock.until(() => warnings.length > 0);
    answer.resolve(cluster({ t: [1] }));
    expect(await topics).toHaveLength(1);
    expect(warnings).toEqual(['No broker has answered yet. Check the option brokers']);
  });

  it('takes "exists" for success when an attempt before got no answer', async () => {
    let attempts = 0;
    const create: Handler = () =>
      attempts++ === 0
        ? cut()
        : { topics: [{ errorCode: errorCode.TOPIC_ALREADY_EXISTS, errorMessage: null }] };
    const { admin, settled } = world(
      new Map([
        [createTopicsApi.key, create],
        [metadataApi.key, known([1])],
        [listOffsetsApi.key, leading],
      ]),
      () => cluster({ t: [1] }),
    );
    await settled(admin.createTopic({ topic: 't', partitions: 1 }));
    expect(attempts).toBe(2);
  });

  it('does not when the answers before said that nothing was done', async () => {
    const codes = [errorCode.NOT_CONTROLLER, errorCode.TOPIC_ALREADY_EXISTS];
    const create: Handler = () => ({ topics: [{ errorCode: codes.shift(), errorMessage: null }] });
    const { admin, settled } = world(new Map([[createTopicsApi.key, create]]), () => cluster());
    await expect(settled(admin.createTopic({ topic: 't', partitions: 1 }))).rejects.toMatchObject({
      code: 'TOPIC_EXISTS',
    });
  });

  it('waits until every broker knows a new topic, and leaves out one that is down', async () => {
    let late = 3;
    const describeTopic: Handler = (address, request) => {
      if (address.port === 2) return cut();
      return late-- > 0
        ? { topics: [{ errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, partitions: [] }] }
        : known([1])(address, request);
    };
    const { admin, settled, clock } = world(
      new Map([
        [createTopicsApi.key, () => ({ topics: [{ errorCode: 0 }] })],
        [metadataApi.key, describeTopic],
        [listOffsetsApi.key, leading],
      ]),
      () => cluster({ t: [1] }),
    );
    const startedAtMs = clock.now();
    await settled(admin.createTopic({ topic: 't', partitions: 1 }));
    expect(clock.now() - startedAtMs).toBeGreaterThan(300);
  });

  it('waits until no broker knows a deleted topic', async () => {
    let late = 2;
    const { admin, settled } = world(
      new Map<number, Handler>([
        [deleteTopicsApi.key, () => ({ topics: [{ errorCode: 0 }] })],
        [
          metadataApi.key,
          (address, request) =>
            late-- > 0
              ? known([1])(address, request)
              : { topics: [{ errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, partitions: [] }] },
        ],
      ]),
      () => cluster(),
    );
    await settled(admin.deleteTopic('t'));
    expect(late).toBeLessThan(0);
  });

  it('gives up on what does not pass, with the last reason', async () => {
    const { admin, settled, clock } = world(new Map(), () => cut());
    const startedAtMs = clock.now();
    await expect(settled(admin.topics())).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(clock.now() - startedAtMs).toBeGreaterThanOrEqual(10_000);
  });

  it('stops trying when it is closed', async () => {
    const { admin, settled, clock } = world(new Map(), () => cut());
    const asked = admin.topics();
    await clock.advance(500);
    await admin.close();
    await expect(settled(asked)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(clock.pending).toBe(0);
  });

  it('lists the groups of all brokers, but only those of consumers', async () => {
    const list: Handler = ({ port }) => ({
      errorCode: 0,
      groups: [
        { groupId: `g${port}`, protocolType: 'consumer' },
        { groupId: `c${port}`, protocolType: 'connect' },
        { groupId: `a${port}`, protocolType: '' },
      ],
    });
    const { admin, settled } = world(new Map([[listGroupsApi.key, list]]), () => cluster());
    expect(await settled(admin.groups())).toEqual(['a1', 'a2', 'g1', 'g2']);
  });

  it('asks the coordinator again when it has moved', async () => {
    const asked: number[] = [];
    let coordinator = 1;
    const { admin, settled } = world(
      new Map<number, Handler>([
        [
          findCoordinatorApi.key,
          () => ({ errorCode: 0, nodeId: coordinator, host: 'b', port: coordinator }),
        ],
        [
          offsetFetchApi.key,
          ({ port }) => {
            asked.push(port);
            coordinator = 2;
            if (port === 1) return { errorCode: errorCode.NOT_COORDINATOR, topics: [] };
            const partition = { partition: 0, offset: 4, metadata: null, errorCode: 0 };
            const none = { partition: 1, offset: -1, metadata: null, errorCode: 0 };
            return { errorCode: 0, topics: [{ topic: 't', partitions: [none, partition] }] };
          },
        ],
      ]),
      () => cluster(),
    );
    expect(await settled(admin.committed('g'))).toEqual([
      { topic: 't', partition: 0, offset: 4, metadata: '' },
    ]);
    expect(asked).toEqual([1, 2]);
  });

  it('leaves the brokers own topics out of the list', async () => {
    const { admin, settled } = world(new Map(), () => cluster({ t: [1, 2], __x: [1] }));
    expect(await settled(admin.topics())).toEqual([
      { topic: 't', partitions: 2, replicationFactor: 1 },
    ]);
  });
});
