/** The same for all contenders. */
export const settings = {
  /** Between two looks at the group: heartbeatIntervalMs of ours, updateIntervalInMs of the official processor. */
  intervalMs: 1_000,
  /** A member or its ownership is dead after this: sessionTimeoutMs, partitionOwnershipExpirationIntervalInMs. */
  expiryMs: 10_000,
  /** What a handler does with one event. */
  handleMs: 20,
  /** Each partition gets a batch of events this often. */
  everyMs: 1_000,
  perBatch: 12,
  /** A group counts as balanced when nothing has moved for this long; it is not counted in. */
  holdMs: 3_000,
  /** Given up after this. */
  balanceTimeoutMs: 120_000,
  /** Ticks over which storage calls are counted while nothing moves. */
  steadyTicks: 10,
} as const;
