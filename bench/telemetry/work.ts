import type { ConsumerRecord } from 'partita';

/** What is on in a contender. */
export type Mode = 'off' | 'metrics' | 'traces' | 'both';

/** Whether its handler takes single records or batches. */
export type Shape = 'record' | 'batch';

/** One turn of a contender: consumes so many records. */
export interface Turn {
  readonly records: number;
  /** How long the work of a record goes on; as `main.ts` has calibrated it. */
  readonly loops: number;
}

/** What a turn took, from the first record handled to the last. */
export interface Took {
  readonly wallMs: number;
  /** How much of it was spent in handlers. */
  readonly workMs: number;
}

/**
 * Something for a handler to do that stays in the registers of a processor. Work that looks at memory, makes garbage or calls into
 * Node took up to a third longer in one process than in another, which hid what telemetry costs.
 */
export function work({ value }: ConsumerRecord, loops: number): number {
  let state = value?.length ?? 0;
  for (let i = 0; i < loops; i++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return state;
}
