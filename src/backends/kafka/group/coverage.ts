import { formatPartition } from '../../../core/index.ts';
import {
  type DescribedGroup,
  decodeAssignment,
  describeGroupsApi,
  errorCode,
} from '../../../protocol/index.ts';
import { kafkaError } from '../wire/kafka-error.ts';
import { countPartitions } from './leader.ts';
import type { MemberDeps } from './member-options.ts';
import { listPartitions } from './partition-lists.ts';
import { repeatUntilDone } from './repeat.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Finds a partition of these topics that the group has given to nobody.
 *
 * A static member that comes back is handed its old assignment without a rebalance. If it subscribes to more by now, or a
 * topic grew while the leader was away, nobody would ever read the rest.
 *
 * @returns its name, or `undefined` when there is none, or the group is being rebalanced anyway.
 * @throws PartitaError `CLOSED`, or what no repetition heals.
 */
export async function findUnassigned(
  deps: MemberDeps,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { wire, env, events, group } = deps;
  const counts = countPartitions(
    await repeatUntilDone(
      `Partitions of the topics of group ${group}`,
      () => wire.metadata(topics),
      { env, signal, trouble: events.trouble },
    ),
    topics,
  );
  const described = await describe(deps, signal);
  if (described?.state !== 'Stable') return undefined;
  const assigned = new Set<string>();
  for (const { assignment } of described.members)
    for (const partition of listPartitions(decodeAssignment(assignment).partitions))
      assigned.add(formatPartition(partition));
  for (const [topic, count] of counts)
    for (let partition = 0; partition < count; partition++) {
      const name = formatPartition({ topic, partition });
      if (!assigned.has(name)) return name;
    }
  return undefined;
}

async function describe(
  { coordinator, group }: MemberDeps,
  signal: AbortSignal,
): Promise<DescribedGroup | undefined> {
  const answer = await coordinator.call({
    purpose: 'commit',
    api: describeGroupsApi,
    request: () => ({ groups: [group] }),
    codeOf: ({ groups }) => groups[0]?.errorCode ?? errorCode.NONE,
    timeoutMs: REQUEST_TIMEOUT_MS,
    signal,
  });
  const described = answer?.groups[0];
  if (described !== undefined && described.errorCode !== errorCode.NONE)
    throw kafkaError(described.errorCode, `Describing group ${group}`);
  return described;
}
