import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { LinkContext } from '../../../../../src/backends/kafka/wire/kafkajs-connection.ts';
import { loadKafkaJsConnection } from '../../../../../src/backends/kafka/wire/kafkajs-internals.ts';
import { KafkaJsLink } from '../../../../../src/backends/kafka/wire/kafkajs-link.ts';
import { silentLogger } from '../../../../../src/core/index.ts';
import {
  findCoordinatorApi,
  heartbeatApi,
  metadataApi,
} from '../../../../../src/protocol/index.ts';
import { realClock } from '../../../../../src/system/real-clock.ts';
import { until } from '../../../../support/until.ts';
import { frame, listen, type ReceivedRequest, scriptedBroker } from './scripted-broker.ts';

const HEARTBEAT = 12;
const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' };
const noWait = { timeoutMs: 5_000 };

function openLink(port: number, changes: Partial<LinkContext> = {}): KafkaJsLink {
  const context: LinkContext = {
    clock: realClock,
    log: silentLogger,
    Connection: loadKafkaJsConnection(),
    clientId: 'tester',
    ssl: null,
    sasl: null,
    connectionTimeoutMs: 5_000,
    authenticationTimeoutMs: 5_000,
    maxFrameBytes: 1_000_000,
    versionCeilings: new Map(),
    ...changes,
  };
  return new KafkaJsLink({ host: '127.0.0.1', port }, 'test', context, () => {});
}

/** A heartbeat's answer, version 3: throttle time, error code. */
function heartbeatAnswer(errorCode: number): Buffer {
  const body = Buffer.alloc(6);
  body.writeInt16BE(errorCode, 4);
  return body;
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('a link to a broker', () => {
  it('sends with our client id, in the highest version both know, and decodes the answer', async () => {
    const seen: ReceivedRequest[] = [];
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) => {
      seen.push(request);
      request.answer(heartbeatAnswer(27));
    });
    const link = openLink(broker.port);
    const answer = await link.send(heartbeatApi, heartbeat, noWait);
    expect(answer.errorCode).toBe(27);
    expect(seen[0]).toMatchObject({ apiKey: HEARTBEAT, version: 3, clientId: 'tester' });
    expect(link.version(heartbeatApi)).toBe(3);
    link.close();
  });

  it('connects once for all that is sent meanwhile, and keeps the order', async () => {
    const seen: string[] = [];
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) => {
      seen.push(request.body.toString('utf8', 9));
      request.answer(heartbeatAnswer(0));
    });
    const link = openLink(broker.port);
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(
      ids.map((memberId) => link.send(heartbeatApi, { ...heartbeat, memberId }, noWait)),
    );
    expect(broker.sockets).toHaveLength(1);
    expect(seen.map((text) => text.charAt(0))).toEqual(ids);
    link.close();
  });

  it('puts an empty tag section into flexible headers and passes over the one of the answer', async () => {
    const seen: ReceivedRequest[] = [];
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 4]], (request) => {
      seen.push(request);
      // One unknown tagged field of two bytes, throttle time, error code, no tags.
      request.answer(Buffer.from([1, 7, 2, 0xaa, 0xbb, 0, 0, 0, 0, 0, 25, 0]));
    });
    const link = openLink(broker.port);
    const answer = await link.send(heartbeatApi, heartbeat, noWait);
    expect(answer.errorCode).toBe(25);
    expect(seen[0]?.version).toBe(4);
    expect(seen[0]?.body[0]).toBe(0);
    link.close();
  });

  it('refuses a broker whose lowest version is above ours, without sending', async () => {
    const seen: ReceivedRequest[] = [];
    await using broker = await scriptedBroker([[HEARTBEAT, 9, 12]], (request) => {
      seen.push(request);
    });
    const link = openLink(broker.port);
    const failure = link.send(heartbeatApi, heartbeat, noWait);
    await expect(failure).rejects.toMatchObject({ code: 'UNSUPPORTED', retriable: false });
    await expect(failure).rejects.toThrow('offers 9-12, Partita speaks 0-4');
    expect(seen).toEqual([]);
    expect(link.closed).toBe(false);
    link.close();
  });

  it('stays below the ceiling of the profile and of the call', async () => {
    const versions: number[] = [];
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 4]], (request) => {
      versions.push(request.version);
      request.answer(heartbeatAnswer(0));
    });
    const link = openLink(broker.port, { versionCeilings: new Map([[HEARTBEAT, 3]]) });
    await link.send(heartbeatApi, heartbeat, noWait);
    await link.send(heartbeatApi, heartbeat, { ...noWait, maxVersion: 2 });
    expect(versions).toEqual([3, 2]);
    link.close();
  });

  it('dies when the connection is cut inside an answer, and a fresh one works at once', async () => {
    let answers = 0;
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) => {
      answers++;
      if (answers > 1) return request.answer(heartbeatAnswer(0));
      request.socket.write(frame(request.correlationId, heartbeatAnswer(0)).subarray(0, 9));
      request.socket.end();
    });
    const link = openLink(broker.port);
    await expect(link.send(heartbeatApi, heartbeat, noWait)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      retriable: true,
    });
    expect(link.closed).toBe(true);
    await expect(link.send(heartbeatApi, heartbeat, noWait)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
    });
    const fresh = openLink(broker.port);
    expect(await fresh.send(heartbeatApi, heartbeat, noWait)).toMatchObject({ errorCode: 0 });
    fresh.close();
  });

  it.each([
    ['negative', -4],
    ['of 2 GB', 0x7fff_fff0],
    ['above the limit', 1_000_001],
  ])('takes a frame length that is %s for garbage', async (_, length) => {
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) => {
      const bytes = Buffer.alloc(12);
      bytes.writeInt32BE(length, 0);
      request.socket.write(bytes);
    });
    const link = openLink(broker.port);
    await expect(link.send(heartbeatApi, heartbeat, noWait)).rejects.toMatchObject({
      code: 'CORRUPT_DATA',
    });
    expect(link.closed).toBe(true);
  });

  it('dies of an answer that does not decode', async () => {
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) =>
      request.answer(Buffer.from([0, 0])),
    );
    const link = openLink(broker.port);
    await expect(link.send(heartbeatApi, heartbeat, noWait)).rejects.toMatchObject({
      code: 'CORRUPT_DATA',
    });
    expect(link.closed).toBe(true);
  });

  it('gives up on a silent peer after the time of the call, and fails what else is in flight', async () => {
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]]);
    const link = openLink(broker.port);
    const patient = link.send(heartbeatApi, heartbeat, { timeoutMs: 60_000 });
    const hasty = link.send(heartbeatApi, heartbeat, { timeoutMs: 60 });
    await expect(hasty).rejects.toMatchObject({ code: 'TIMEOUT', retriable: true });
    await expect(patient).rejects.toMatchObject({ code: 'CONNECTION_FAILED', retriable: true });
    expect(link.closed).toBe(true);
  });

  it('waits longer than the connection time-out when the call may', async () => {
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) => {
      setTimeout(() => request.answer(heartbeatAnswer(0)), 150);
    });
    const link = openLink(broker.port, { connectionTimeoutMs: 50 });
    expect(await link.send(heartbeatApi, heartbeat, noWait)).toMatchObject({ errorCode: 0 });
    link.close();
  });

  it('closes at once while connecting, and leaves no timer and no socket', async () => {
    const silent = createServer();
    const accepted: Socket[] = [];
    silent.on('connection', (socket) => accepted.push(socket.resume()));
    const port = await listen(silent);
    const before = timers();
    const plain = openLink(port);
    // TLS: connected, but the handshake never ends.
    const encrypted = openLink(port, { ssl: {} });
    const failures = [plain, encrypted].map((link) => link.send(heartbeatApi, heartbeat, noWait));
    await until('both are accepted', () => accepted.length === 2);
    for (const link of [plain, encrypted]) link.close();
    for (const failure of failures) await expect(failure).rejects.toMatchObject({ code: 'CLOSED' });
    await until('the sockets are closed', () =>
      accepted.every((socket) => socket.readableEnded || socket.destroyed),
    );
    expect(timers()).toBeLessThanOrEqual(before);
    for (const socket of accepted) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('fails in-flight requests with CLOSED when closed, more than once without harm', async () => {
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]]);
    const link = openLink(broker.port);
    const failure = link.send(heartbeatApi, heartbeat, noWait);
    await until('connected', () => broker.sockets.length === 1);
    link.close();
    link.close();
    await expect(failure).rejects.toMatchObject({ code: 'CLOSED', retriable: false });
  });

  it('notices an idle connection that the broker closes', async () => {
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) =>
      request.answer(heartbeatAnswer(0)),
    );
    const link = openLink(broker.port);
    await link.send(heartbeatApi, heartbeat, noWait);
    for (const socket of broker.sockets) socket.destroy();
    await until('the link is closed', () => link.closed);
  });

  it('does not wait for an answer that will not come', async () => {
    const seen: ReceivedRequest[] = [];
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) => {
      seen.push(request);
    });
    const link = openLink(broker.port);
    await link.send(heartbeatApi, heartbeat, { ...noWait, noResponse: true });
    await until('the request is there', () => seen.length === 1);
    link.close();
  });

  it('says what may be wrong when the port answers nothing at all', async () => {
    const server = createServer((socket) => socket.resume().end());
    const port = await listen(server);
    const failure = openLink(port).send(metadataApi, { topics: [] }, noWait);
    await expect(failure).rejects.toThrow('does the port want TLS or SASL');
    await new Promise((resolve) => server.close(resolve));
  });

  it('reports a port that nobody listens on', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    await expect(openLink(port).send(metadataApi, { topics: [] }, noWait)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      retriable: true,
    });
  });

  it('arms no timer with a negative delay, with requests waiting or not', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => {
      warnings.push(warning.name);
    };
    process.on('warning', note);
    await using broker = await scriptedBroker([[HEARTBEAT, 0, 3]], (request) =>
      request.answer(heartbeatAnswer(0)),
    );
    const link = openLink(broker.port);
    await Promise.all(Array.from({ length: 50 }, () => link.send(heartbeatApi, heartbeat, noWait)));
    link.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('refuses a request that the version cannot carry, and lives on', async () => {
    await using broker = await scriptedBroker([[10, 0, 0]]);
    const link = openLink(broker.port);
    await expect(
      link.send(findCoordinatorApi, { key: 't', keyType: 1 }, noWait),
    ).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(link.closed).toBe(false);
    link.close();
  });
});
