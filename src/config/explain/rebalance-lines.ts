import { duration } from '../values.ts';
import type { ConsumerFacts } from './consumer-facts.ts';

/** How partitions get to this member, and away from it. */
export function rebalanceLines(facts: ConsumerFacts): string[] {
  const { config, assignors, backend, sessionTimeoutMs, heartbeatIntervalMs } = facts;
  if (config.partitions !== undefined)
    return [
      `Partitions: always ${config.partitions.join(', ')}. No membership, no rebalance; nobody takes over when the process ends.`,
    ];
  const taken = `after ${duration(sessionTimeoutMs)} without a heartbeat`;
  return [
    `Assignor: ${shares(assignors)}. Changing it takes two rolling restarts: one that offers the new one and the old one, one with the new one alone.`,
    `Rebalance: ${style(facts)}`,
    `A process that crashed or hangs loses its partitions ${taken}; handlers that take long do not, as heartbeats (every ${duration(heartbeatIntervalMs)}) do not wait for them.`,
    ...(backend === 'eventhubs'
      ? [
          `While the checkpoint store cannot be reached, work goes on for at most ${duration(sessionTimeoutMs)}; then the partitions are lost, and what was not stored is handled again.`,
        ]
      : []),
    ...staticLines(facts),
  ];
}

const balanced = 'balanced, and as few partitions as possible move';
const described: Readonly<Record<string, string>> = {
  range:
    'each member gets one run of partitions of each topic, and the same of topics with as many partitions and members',
  roundrobin: 'partitions of all topics are dealt out in turn',
  sticky: balanced,
  'cooperative-sticky': balanced,
};

function shares(assignors: readonly string[]): string {
  if (assignors.length > 1)
    return `${assignors.join(', ')} are offered; the group uses the one that most members prefer among those that all offer`;
  const [only = ''] = assignors;
  const what = described[only];
  return what === undefined ? only : `${only}; ${what}`;
}

function style({ backend, assignors }: ConsumerFacts): string {
  if (backend === 'eventhubs')
    return 'only partitions that move are interrupted, whichever the assignor; a claim waits until they are released.';
  const isOwn = assignors.some((name) => !isNamed(name));
  if (isOwn)
    return 'as the assignors of your own say: cooperative if all that are offered are, else eager.';
  return isCooperative(assignors)
    ? 'cooperative; only partitions that move are interrupted, the others go on.'
    : 'eager; in each one all members hand all their partitions over, and nothing is handled until all have joined again.';
}

/** One of those that come with Partita. */
export function isNamed(assignor: string): boolean {
  return ['range', 'roundrobin', 'sticky', 'cooperative-sticky'].includes(assignor);
}

/** Eager while any offered assignor is (KIP-429). */
export function isCooperative(assignors: readonly string[]): boolean {
  return assignors.every((name) => name === 'cooperative-sticky');
}

function staticLines({ config: { instanceId }, sessionTimeoutMs }: ConsumerFacts): string[] {
  if (instanceId === undefined) return [];
  const limit = duration(sessionTimeoutMs);
  return [
    `Static member ${instanceId}: it does not leave when it stops. Restarted within ${limit} it takes its partitions back and nothing moves; otherwise they wait for ${limit}.`,
  ];
}
