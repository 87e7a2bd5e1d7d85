import { afterAll, describe, expect, it } from 'vitest';
import { startEmulator } from '../../../../src/emulator/index.ts';
import { kafkaBroker } from '../../../../src/emulator/kafka/index.ts';
import {
  errorCode,
  heartbeatApi,
  type MetadataResponse,
  metadataApi,
} from '../../../../src/protocol/index.ts';
import { RawLink } from '../../../integration/protocol/raw-link.ts';

const broker = await kafkaBroker({ brokers: 2, topics: ['t'], controlPort: 0 });
afterAll(() => broker.close());

interface Answer {
  readonly status: number;
  readonly body: { readonly error?: string; readonly hit?: number };
}

async function ask(method: string, path: string, fields?: object): Promise<Answer> {
  const response = await fetch(`${broker.controlUrl}${path}`, {
    method,
    ...(fields !== undefined && { body: JSON.stringify(fields) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const post = (path: string, fields: object = {}): Promise<Answer> =>
  ask('POST', `/kafka/${path}`, fields);

async function metadata(nodeId = 1): Promise<MetadataResponse> {
  const link = await RawLink.open(broker.bootstrapServers[nodeId - 1] ?? '');
  try {
    return await link.send(metadataApi, { topics: ['t'] }, 9);
  } finally {
    link.close();
  }
}

describe('the control port of a Kafka broker', () => {
  it('tells that it is there, and what is held', async () => {
    expect(await ask('GET', '/health')).toEqual({ status: 200, body: { status: 'healthy' } });
    expect((await ask('GET', '/state')).body).toEqual(JSON.parse(JSON.stringify(broker.state)));
  });

  it('makes faults, and ends them', async () => {
    const fault = { api: 'Heartbeat', error: 'NOT_COORDINATOR', times: 2 };
    expect((await post('faults/answer', fault)).status).toBe(200);
    expect((await post('faults/records', { damage: 'cut' })).status).toBe(200);
    const link = await RawLink.open(broker.bootstrap);
    const beat = { groupId: 'g', generationId: 1, memberId: 'm' };
    expect((await link.send(heartbeatApi, beat, 0)).errorCode).toBe(errorCode.NOT_COORDINATOR);
    expect(broker.faults.standing).toBe(2);
    await ask('DELETE', '/faults');
    expect(broker.faults.standing).toBe(0);
    expect((await post('faults/drop-connections', { clientId: 'raw' })).body.hit).toBe(1);
    link.close();
  });

  it('moves leaders and coordinators, stops and starts brokers', async () => {
    await post('move-leader', { topic: 't', partition: 0, to: 2 });
    const moved = (await metadata()).topics[0]?.partitions[0];
    expect(moved).toMatchObject({ leaderId: 2, leaderEpoch: 1 });
    await post('move-coordinator', { group: 'g', to: 1 });
    await post('stop-broker', { broker: 2 });
    expect((await metadata()).brokers).toHaveLength(1);
    await post('start-broker', { broker: 2 });
    expect((await metadata(2)).brokers).toHaveLength(2);
  });

  it('freezes and thaws', async () => {
    await post('faults/freeze', { broker: 1 });
    const waiting = metadata(1);
    expect((await metadata(2)).brokers).toHaveLength(2);
    await post('faults/thaw');
    expect((await waiting).brokers).toHaveLength(2);
  });

  it.each([
    ['faults/answer', { error: 'NO_SUCH' }, 'NO_SUCH'],
    ['faults/answer', { api: 'Fetch' }, 'error is missing'],
    ['faults/delay', { delayMs: -1, tmes: 2 }, 'did you mean times?; delayMs is -1'],
    ['faults/records', { damage: 'bent' }, '"cut", "corrupt", "none", "empty-batch"'],
    ['faults/limit-version', { api: 'Fetch' }, 'maxVersion is missing'],
    ['faults/freeze', { broker: 9 }, 'no broker 9'],
    ['move-leader', { topic: 't' }, 'partition is missing'],
    ['move-leader', { topic: 'none', partition: 0 }, "no topic 'none'"],
    ['move-coordinator', { group: 1 }, 'group must be a string'],
    ['stop-broker', {}, 'broker is missing'],
  ])('refuses %s %j and says why', async (path, fields, reason) => {
    const { status, body } = await post(path, fields);
    expect(status).toBe(400);
    expect(body.error).toContain(reason);
  });

  it('names what it knows when asked for something else', async () => {
    const { status, body } = await post('faults/fire');
    expect(status).toBe(404);
    expect(body.error).toContain('POST /kafka/faults/answer');
    expect(body.error).not.toContain('POST /faults/steal');
  });

  it('frees everything when its own port is in use', async () => {
    const port = Number(new URL(broker.controlUrl ?? '').port);
    await expect(kafkaBroker({ controlPort: port })).rejects.toThrow('is in use');
  });
});

describe('one control port', () => {
  it('serves both protocols of an emulator', async () => {
    await using emulator = await startEmulator({ hubs: ['h'], kafkaPort: 0, controlPort: 0 });
    const url = emulator.controlUrl ?? '';
    const both = await Promise.all(
      ['/faults/drop', '/kafka/faults/freeze'].map((path) => fetch(url + path, { method: 'POST' })),
    );
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    await fetch(`${url}/faults`, { method: 'DELETE' });
    const state = (await (await fetch(`${url}/state`)).json()) as Record<string, unknown>;
    expect(Object.keys(state)).toEqual(['connections', 'hubs', 'kafka']);
  });
});
