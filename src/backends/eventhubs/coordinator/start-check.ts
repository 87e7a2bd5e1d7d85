import { type GroupSnapshot, PartitaError } from '../../../core/index.ts';
import { commonAssignors } from './elect-assignor.ts';
import { readGroup } from './group-state.ts';
import { loadConnected } from './load-connected.ts';
import type { ResolvedCoordinatorOptions } from './options.ts';
import type { SelfDescription } from './self-description.ts';
import type { StoreCalls } from './store-calls.ts';

/** Times of the store come in whole seconds. */
const ROUNDING_MS = 1_000;

/**
 * Looks at the group before anything of us is written into it.
 *
 * @throws PartitaError `INVALID_CONFIG` when the clocks are apart, `INCOMPATIBLE_GROUP` when the members offer other assignors
 */
export async function checkStart(
  options: ResolvedCoordinatorOptions,
  calls: StoreCalls,
  self: SelfDescription,
): Promise<GroupSnapshot> {
  const { env, foreignExpiryMs } = options;
  const askedMs = env.clock.now();
  const snapshot = await loadConnected(calls, Object.keys(self.entry.topics));
  checkClock(options, calls.storeName, { askedMs, serverTimeMs: snapshot.serverTimeMs });
  const { members } = readGroup(snapshot, {
    foreignExpiryMs,
    sparesMembers: false,
    unlistedBefore: new Map(),
  });
  const others = members.filter(({ memberId }) => memberId !== self.memberId);
  if (others.length === 0 || commonAssignors([self.entry, ...others]).size > 0) return snapshot;
  const theirs = [...commonAssignors(others)].join(', ') || 'none';
  throw new PartitaError(
    'INCOMPATIBLE_GROUP',
    `This member offers the assignors ${self.entry.assignors.join(', ')}, but group ${options.group} has in common only: ${theirs}. Offer one of those as well`,
  );
}

function checkClock(
  { env, maxClockSkewMs }: ResolvedCoordinatorOptions,
  storeName: string,
  { askedMs, serverTimeMs }: { readonly askedMs: number; readonly serverTimeMs: number },
): void {
  const behindMs = serverTimeMs - env.clock.now();
  const aheadMs = askedMs - (serverTimeMs + ROUNDING_MS);
  const skewMs = Math.max(behindMs, aheadMs);
  if (skewMs <= maxClockSkewMs) return;
  throw new PartitaError(
    'INVALID_CONFIG',
    `The clock of this machine is ${skewMs} ms ${behindMs > 0 ? 'behind' : 'ahead of'} that of ${storeName}, more than maxClockSkewMs (${maxClockSkewMs}). Set the clock (NTP); tokens and time stamps depend on it`,
  );
}
