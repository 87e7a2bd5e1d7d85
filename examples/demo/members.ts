import {
  type App,
  type AppEvent,
  type BackendDefinition,
  json,
  partita,
  silentLogger,
  stopPartition,
} from 'partita';
import { z } from 'zod';
import type { Audit } from './audit.ts';
import { orderHandler } from './handler.ts';

const order = z.object({ id: z.string(), sequence: z.number() });

/** How long the group waits for a killed member. Kafka's brokers accept no less than 6 s by default. */
export const sessionTimeoutMs = 6_000;

export interface Member {
  readonly name: string;
  readonly app: App;
}

export interface GroupSetup {
  readonly backend: BackendDefinition;
  readonly topic: string;
  readonly group: string;
  readonly audit: Audit;
  heard(member: string, event: AppEvent): void;
}

/** One process's worth of consumer; in the demo several live in one process. */
export function makeMember(name: string, setup: GroupSetup): Member {
  const { backend, topic, group, audit } = setup;
  const app = partita({ backend, clientId: `demo-${name}`, logger: silentLogger }).consume(topic, {
    name,
    group,
    assignor: 'cooperative-sticky',
    concurrency: { order: 'key', limit: 16 },
    commit: { everyMs: 500 },
    sessionTimeoutMs,
    heartbeatIntervalMs: 500,
    value: json(order),
    onError: stopPartition(),
    handle: orderHandler(name, audit),
  });
  app.on((event) => setup.heard(name, event));
  return { name, app };
}
