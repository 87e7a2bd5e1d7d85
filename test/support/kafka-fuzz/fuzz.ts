import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../../src/core/index.ts';
import { type KafkaBroker, kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { VirtualClock } from '../../../src/testing/index.ts';
import { compactedTopic, corpus, login, sampleTopics } from './corpus.ts';
import { FuzzLink, type FuzzOutcome } from './fuzz-link.ts';
import { HealthyClient } from './healthy-client.ts';
import { fuzzLogin, fuzzMessage } from './message.ts';

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** Index of the first request, to send a part of a run again. @default 0 */
  readonly from?: number;
  /** The broker asks clients who they are, and those that damage requests never say it right. @default false */
  readonly guarded?: boolean;
  /** Clients at a time. @default 16 */
  readonly links?: number;
  /** Told after every round of requests. */
  progress?(sent: number): void | Promise<void>;
}

export interface FuzzReport {
  readonly outcomes: ReadonlyMap<FuzzOutcome, number>;
  /** Why connections were closed, with their numbers left out, and how often. */
  readonly reasons: ReadonlyMap<string, number>;
  /** What must not be: errors that are no fault of the client, and answers that cannot be read. */
  readonly defects: readonly string[];
  /** So many times another client has read what it wrote, before, between and after. */
  readonly healthyChecks: number;
  /** What is left when all clients have gone. */
  readonly left: {
    readonly connections: number;
    readonly timers: number;
    readonly topics: number;
    readonly groups: number;
  };
}

/** Between two rounds the broker is tidied, or what valid requests make would fill it. */
const ROUND = 5_000;
const DAY_MS = 86_400_000;
const samples = corpus();

/** Sends damaged requests to an embedded broker whose hours pass in milliseconds. */
export async function fuzzKafka(options: FuzzOptions): Promise<FuzzReport> {
  const { requests, seed, from = 0, links = 16, guarded = false } = options;
  const makeMessage = guarded ? fuzzLogin : fuzzMessage;
  const clock = new VirtualClock();
  const book = new Book();
  await using broker = await kafkaBroker({
    clock,
    logger: book.logger,
    maxPartitionBytes: 1024 * 1024,
    maxCommitMetadataBytes: 100,
    ...(guarded && { sasl: { users: { [login.user]: login.password } } }),
  });
  const healthy = await HealthyClient.open(broker.bootstrap, guarded);
  const ticking = tick(clock);
  const clients = Array.from({ length: links }, () => new FuzzLink(broker.port));
  try {
    await healthy.check();
    for (let done = 0; done < requests; ) {
      await tidy(broker, healthy);
      const end = Math.min(done + ROUND, requests);
      let next = done;
      await Promise.all(
        clients.map(async (client) => {
          while (next < end) {
            const message = makeMessage(samples, seed, from + next++);
            book.note(message.index, message.about, await client.send(message));
          }
        }),
      );
      done = end;
      await healthy.check();
      await options.progress?.(done);
    }
    for (const client of clients) client.close();
    await ticking.stop();
    // Whatever waits for anything has waited long enough then.
    for (let day = 0; day < 60 && clock.pending > 0; day++) await clock.advance(DAY_MS);
    await tidy(broker, healthy);
    await healthy.check();
  } finally {
    healthy.close();
    for (const client of clients) client.close();
    await ticking.stop();
  }
  await settled(() => broker.state.connections === 0);
  const { connections, topics, groups } = broker.state;
  return {
    ...book,
    healthyChecks: healthy.written,
    left: { connections, timers: clock.pending, topics: topics.length, groups: groups.length },
  };
}

/** What was seen. */
class Book {
  readonly outcomes = new Map<FuzzOutcome, number>();
  readonly reasons = new Map<string, number>();
  readonly defects: string[] = [];
  readonly logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (message, fields = {}) => count(this.reasons, pattern(String(fields.reason ?? message))),
    error: (message, fields = {}) => {
      const { error } = fields;
      this.defects.push(`${message}: ${error instanceof Error ? error.stack : error}`);
    },
  };

  note(index: number, about: string, outcome: FuzzOutcome): void {
    count(this.outcomes, outcome);
    if (outcome === 'unreadable answer')
      this.defects.push(`request ${index}, ${about}: ${outcome}`);
  }
}

/** Leaves one kind of reason of the many that differ by names and numbers. */
function pattern(reason: string): string {
  return reason
    .replace(/'[^']*'/gs, "'…'")
    .replace(/-?\d[\d.]*/g, '#')
    .replace(/^[A-Z]\w+ (v#|came)/, '… $1')
    .replace(/the [A-Z]\w+ v# request/, 'the … request')
    .slice(0, 120);
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Compacts what was taken, removes topics and empty groups, and makes the topics that the requests name anew. */
async function tidy(broker: KafkaBroker, healthy: HealthyClient): Promise<void> {
  const { topics, groups } = broker.state;
  for (const { name } of topics) broker.compact(name);
  await healthy.deleteTopics(topics.map(({ name }) => name));
  await healthy.deleteGroups(groups.map(({ id }) => id));
  for (const topic of sampleTopics) await healthy.createTopic(topic);
  await healthy.createTopic(compactedTopic, { 'cleanup.policy': 'compact' });
}

/** Seconds of the broker pass in milliseconds, so that whoever waits gets an answer. */
function tick(clock: VirtualClock): { stop(): Promise<void> } {
  let stopped = false;
  const run = (async () => {
    while (!stopped) {
      await clock.advance(1_000);
      await delay(1);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await run;
    },
  };
}

async function settled(condition: () => boolean): Promise<void> {
  for (let left = 1_000; left > 0 && !condition(); left--) await delay(10);
}
