import { describe, expect, it } from 'vitest';
import { MetadataSource } from '../../../../../src/backends/kafka/wire/metadata-source.ts';
import type { BrokerAddress, Link } from '../../../../../src/backends/kafka/wire/wire.ts';
import { PartitaError, silentLogger } from '../../../../../src/core/index.ts';
import { errorCode, type MetadataResponse } from '../../../../../src/protocol/index.ts';

type Answer = () => Promise<Partial<MetadataResponse>>;

const base: MetadataResponse = {
  throttleTimeMs: 0,
  brokers: [{ nodeId: 3, host: 'c', port: 3, rack: 'r' }],
  clusterId: 'x',
  controllerId: 3,
  topics: [],
};

const down: Answer = () =>
  Promise.reject(new PartitaError('CONNECTION_FAILED', 'down', { retriable: true }));

/** A source whose links answer by host; notes which were asked. */
function source(answers: Record<string, Answer>) {
  const asked: string[] = [];
  const links: (Link & { closedNow: boolean })[] = [];
  const link = (address: BrokerAddress): Link => {
    const one = {
      address,
      closedNow: false,
      get closed() {
        return one.closedNow;
      },
      version: () => 12,
      close: () => {
        one.closedNow = true;
      },
      async send<_Request, Response>(): Promise<Response> {
        asked.push(address.host);
        try {
          return { ...base, ...(await (answers[address.host] ?? down)()) } as Response;
        } catch (error) {
          one.closedNow = true;
          throw error;
        }
      },
    };
    links.push(one as never);
    return one;
  };
  const bootstrap = ['a', 'b'].map((host, i) => ({ host, port: i + 1 }));
  const made = new MetadataSource({ bootstrap, requestTimeoutMs: 1, log: silentLogger, link });
  return { asked, links, ask: (topics: readonly string[] | null) => made.ask(topics) };
}

function topic(name: string, code: number, leaders: readonly number[]) {
  return {
    errorCode: code,
    topic: name,
    topicId: null,
    internal: false,
    partitions: leaders.map((leaderId, i) => ({
      errorCode: 0,
      partition: leaders.length - 1 - i,
      leaderId,
      leaderEpoch: 1,
      replicas: [1],
      isr: [1],
      offlineReplicas: [],
    })),
  };
}

describe('asking for metadata', () => {
  it('goes through the bootstrap list, stays with who answers, and then knows the others', async () => {
    let alive = true;
    const { asked, ask } = source({
      b: async () => (alive ? {} : down()),
      c: async () => ({}),
    });
    await ask([]);
    await ask([]);
    expect(asked).toEqual(['a', 'b', 'b']);
    alive = false;
    await ask([]);
    expect(asked.slice(3)).toEqual(['b', 'c']);
  });

  it('fails when nobody answers, with the last reason', async () => {
    await expect(source({}).ask(null)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  it('does not ask the next one when the credentials are refused', async () => {
    const refused: Answer = () =>
      Promise.reject(new PartitaError('AUTHENTICATION_FAILED', 'refused'));
    const { asked, ask } = source({ a: refused, b: async () => ({}) });
    await expect(ask(null)).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(asked).toEqual(['a']);
  });

  it('shares one request among the same questions', async () => {
    const { asked, ask } = source({ a: async () => ({}) });
    const [one, other] = await Promise.all([ask(['x', 'y']), ask(['y', 'x'])]);
    expect(one).toBe(other);
    expect(asked).toEqual(['a']);
  });

  it('sorts partitions, leaves out topics that do not exist, and keeps those without a leader', async () => {
    const { ask } = source({
      a: async () => ({
        topics: [
          topic('good', 0, [1, 2]),
          topic('gone', errorCode.UNKNOWN_TOPIC_OR_PARTITION, []),
          topic('no name', errorCode.INVALID_TOPIC_EXCEPTION, []),
          topic('electing', errorCode.LEADER_NOT_AVAILABLE, [-1]),
        ],
      }),
    });
    const { topics, brokers } = await ask(null);
    expect([...topics.keys()]).toEqual(['good', 'electing']);
    expect(topics.get('good')?.partitions.map(({ leaderId }) => leaderId)).toEqual([2, 1]);
    expect(brokers.get(3)).toEqual({ nodeId: 3, host: 'c', port: 3, rack: 'r' });
  });

  it('reports a topic that we may not see', async () => {
    const { ask } = source({
      a: async () => ({ topics: [topic('mine', errorCode.TOPIC_AUTHORIZATION_FAILED, [])] }),
    });
    await expect(ask(['mine'])).rejects.toMatchObject({
      code: 'AUTHORIZATION_FAILED',
      topic: 'mine',
    });
  });
});
