import { describe, expect, it } from 'vitest';
import type { LinkContext } from '../../../../../src/backends/kafka/wire/kafkajs-connection.ts';
import { loadKafkaJsConnection } from '../../../../../src/backends/kafka/wire/kafkajs-internals.ts';
import { KafkaJsLink } from '../../../../../src/backends/kafka/wire/kafkajs-link.ts';
import { silentLogger } from '../../../../../src/core/index.ts';
import { heartbeatApi } from '../../../../../src/protocol/index.ts';
import { realClock } from '../../../../../src/system/real-clock.ts';
import { type ReceivedRequest, scriptedBroker, type VersionRange } from './scripted-broker.ts';

const HANDSHAKE = 17;
const AUTHENTICATE = 36;
const ranges: readonly VersionRange[] = [
  [12, 0, 3],
  [HANDSHAKE, 0, 1],
  [AUTHENTICATE, 0, 1],
];
const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' };
const noWait = { timeoutMs: 5_000 };

function openLink(port: number, sasl: LinkContext['sasl']): KafkaJsLink {
  const context: LinkContext = {
    clock: realClock,
    log: silentLogger,
    Connection: loadKafkaJsConnection(),
    clientId: 'tester',
    ssl: null,
    sasl,
    connectionTimeoutMs: 5_000,
    authenticationTimeoutMs: 5_000,
    maxFrameBytes: 1_000_000,
    versionCeilings: new Map(),
  };
  return new KafkaJsLink({ host: '127.0.0.1', port }, 'test', context, () => {});
}

const plain = { mechanism: 'plain', username: 'u', password: 'p' };

/** Error code 0 and one mechanism. */
function handshakeAnswer(mechanism: string): Buffer {
  const name = Buffer.from(mechanism);
  const body = Buffer.alloc(8);
  body.writeInt32BE(1, 2);
  body.writeInt16BE(name.length, 6);
  return Buffer.concat([body, name]);
}

/** SaslAuthenticate, version 1: error code, no message, no bytes, lifetime. */
function authenticateAnswer(errorCode: number, lifetimeMs: number): Buffer {
  const body = Buffer.alloc(16);
  body.writeInt16BE(errorCode, 0);
  body.writeInt16BE(-1, 2);
  body.writeInt32BE(0, 4);
  body.writeBigInt64BE(BigInt(lifetimeMs), 8);
  return body;
}

function serve(authenticate: (request: ReceivedRequest) => void) {
  return scriptedBroker(ranges, (request) => {
    if (request.apiKey === HANDSHAKE) request.answer(handshakeAnswer('PLAIN'));
    else if (request.apiKey === AUTHENTICATE) authenticate(request);
    else request.answer(Buffer.alloc(6));
  });
}

describe('a link with credentials', () => {
  it('authenticates before the first request', async () => {
    const secrets: string[] = [];
    await using broker = await serve((request) => {
      secrets.push(request.body.toString('utf8', 4));
      request.answer(authenticateAnswer(0, 0));
    });
    const link = openLink(broker.port, plain);
    await link.send(heartbeatApi, heartbeat, noWait);
    await link.send(heartbeatApi, heartbeat, noWait);
    expect(secrets).toEqual(['\u0000u\u0000p']);
    link.close();
  });

  it('reports refused credentials as final', async () => {
    await using broker = await serve((request) => request.answer(authenticateAnswer(58, 0)));
    const link = openLink(broker.port, plain);
    await expect(link.send(heartbeatApi, heartbeat, noWait)).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      retriable: false,
    });
    expect(link.closed).toBe(true);
  });

  it('does not take a connection that breaks meanwhile for refused credentials', async () => {
    await using broker = await serve((request) => request.socket.destroy());
    await expect(
      openLink(broker.port, plain).send(heartbeatApi, heartbeat, noWait),
    ).rejects.toMatchObject({ code: 'CONNECTION_FAILED', retriable: true });
  });

  it('reports a mechanism that the broker does not offer', async () => {
    await using broker = await serve(() => {});
    const scram = { ...plain, mechanism: 'scram-sha-256' };
    await expect(
      openLink(broker.port, scram).send(heartbeatApi, heartbeat, noWait),
    ).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED', retriable: false });
  });

  it('takes a failing token provider for passing trouble', async () => {
    await using broker = await scriptedBroker(ranges, (request) =>
      request.answer(handshakeAnswer('OAUTHBEARER')),
    );
    const sasl = {
      mechanism: 'oauthbearer',
      oauthBearerProvider: () => Promise.reject(new Error('token service is down')),
    };
    const failure = openLink(broker.port, sasl).send(heartbeatApi, heartbeat, noWait);
    await expect(failure).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED', retriable: true });
    await expect(failure).rejects.toThrow('token service is down');
  });

  it('authenticates again before a short session ends, but not before each request', async () => {
    let times = 0;
    await using broker = await serve((request) => {
      times++;
      request.answer(authenticateAnswer(0, 400));
    });
    const link = openLink(broker.port, plain);
    const startedAtMs = Date.now();
    let sent = 0;
    while (Date.now() - startedAtMs < 700) {
      await link.send(heartbeatApi, heartbeat, noWait);
      sent++;
    }
    expect(times).toBeGreaterThanOrEqual(2);
    expect(times).toBeLessThanOrEqual(4);
    expect(sent).toBeGreaterThan(times * 5);
    link.close();
  });
});
