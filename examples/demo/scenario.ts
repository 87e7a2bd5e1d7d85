import { setTimeout as wait } from 'node:timers/promises';
import { partita, silentLogger } from 'partita';
import type { Audit } from './audit.ts';
import type { Meeting } from './meeting.ts';
import { type GroupSetup, type Member, makeMember } from './members.ts';
import type { DemoBroker } from './open-brokers.ts';
import type { Pane } from './view.ts';

export const partitionCount = 12;
const orderCount = 120;
const recordsPerTick = 8;
const tickMs = 10;

export interface ScenarioOptions {
  readonly broker: DemoBroker;
  readonly audit: Audit;
  readonly view: Pane;
  /** Length of each quiet stretch between two events, in milliseconds. */
  readonly paceMs: number;
  /** With other scenarios that run at the same time: in the end each has produced the same number of records. */
  readonly meeting: Meeting;
}

/** Three members; a fourth joins; all are replaced one by one; one is killed. Records are produced all the while. */
export async function playScenario(options: ScenarioOptions): Promise<void> {
  try {
    await play(options);
  } catch (error) {
    options.meeting.fail(error);
    throw error;
  }
}

async function play({ broker, audit, view, paceMs, meeting }: ScenarioOptions): Promise<void> {
  const { backend } = broker;
  // On one emulator a topic of Kafka is an event hub, too.
  const id = `${backend.name}-${Date.now().toString(36)}`;
  const topic = `demo-orders-${id}`;
  await using client = partita({
    backend,
    clientId: 'demo-producer',
    logger: silentLogger,
  });
  await broker.createTopic(topic, partitionCount);
  const setup: GroupSetup = {
    backend,
    topic,
    group: `demo-${id}`,
    audit,
    heard: (member, event) => view.heard(member, event),
  };
  const members: Member[] = [];
  const producing = new AbortController();
  try {
    view.phase('three members start');
    for (const name of ['A1', 'B1', 'C1']) await join(members, makeMember(name, setup), view);
    const producer = produce(client.producer({ lingerMs: 2 }), topic, audit, producing.signal);
    await wait(paceMs);
    view.phase('a fourth member joins');
    await join(members, makeMember('D1', setup), view);
    await wait(paceMs);
    await roll(members, setup, view, paceMs);
    await wait(paceMs);
    await kill(members, audit, view);
    producing.abort();
    await producer;
    await topUp(client.producer(), topic, audit, meeting);
    view.phase('waiting for the last records');
    await settled(audit, members);
    view.phase('all stop');
  } finally {
    producing.abort();
    await Promise.all(members.map(({ app }) => app.stop()));
  }
}

type Producer = ReturnType<ReturnType<typeof partita>['producer']>;

async function produce(
  producer: Producer,
  topic: string,
  audit: Audit,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await send(producer, topic, audit, recordsPerTick);
    await wait(tickMs);
  }
}

/** Produces what is missing to the number that all scenarios agree on. */
async function topUp(
  producer: Producer,
  topic: string,
  audit: Audit,
  meeting: Meeting,
): Promise<void> {
  const wanted = await meeting.agree(audit.produced);
  while (audit.produced < wanted)
    await send(producer, topic, audit, Math.min(recordsPerTick, wanted - audit.produced));
}

async function send(producer: Producer, topic: string, audit: Audit, count: number): Promise<void> {
  const first = audit.produced;
  const orders = Array.from({ length: count }, (_, at) =>
    audit.next(`order-${(first + at) % orderCount}`),
  );
  await producer.send(
    topic,
    orders.map((order) => ({ key: order.id, value: JSON.stringify(order) })),
  );
  audit.acknowledged(orders.length);
}

async function join(members: Member[], member: Member, view: Pane): Promise<void> {
  members.push(member);
  view.members(members);
  await member.app.start();
}

/** As a deployment does: one member at a time leaves, and its successor joins. */
async function roll(
  members: Member[],
  setup: GroupSetup,
  view: Pane,
  paceMs: number,
): Promise<void> {
  for (const [index, old] of [...members].entries()) {
    view.phase(`rolling restart, ${index + 1} of ${members.length}: ${old.name} is replaced`);
    await old.app.stop();
    members.splice(members.indexOf(old), 1);
    await join(members, makeMember(`${old.name[0]}2`, setup), view);
    await wait(paceMs / 3);
  }
}

async function kill(members: Member[], audit: Audit, view: Pane): Promise<void> {
  const [victim] = members.splice(1, 1);
  if (victim === undefined) throw new Error('there is no member to kill');
  const owned = victim.app.consumers[0]?.status().partitions.length ?? 0;
  view.phase(
    `${victim.name} is killed with ${owned} partitions; the group notices when its session is over`,
  );
  audit.killed(victim.name);
  await victim.app.crash();
  view.members(members);
  await until(() => partitionsOf(members) === partitionCount);
}

function partitionsOf(members: readonly Member[]): number {
  const counts = members.map(({ app }) => app.consumers[0]?.status().partitions.length ?? 0);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Until all that was produced is handled, or nothing moves for a while: then something is lost. */
async function settled(audit: Audit, members: readonly Member[]): Promise<void> {
  let handled = -1;
  let movedAt = Date.now();
  await until(() => {
    if (audit.handled !== handled) {
      handled = audit.handled;
      movedAt = Date.now();
    }
    const idle = members.every(({ name }) => audit.inFlight(name).length === 0);
    return (audit.handled >= audit.produced && idle) || Date.now() - movedAt > 15_000;
  });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition() && Date.now() < deadline) await wait(50);
}
