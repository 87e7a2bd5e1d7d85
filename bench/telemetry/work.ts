import { createHash } from 'node:crypto';
import type { ConsumerRecord } from 'partita';

export interface Work {
  readonly mode: 'off' | 'metrics' | 'traces' | 'both';
  readonly shape: 'record' | 'batch';
  readonly records: number;
  /** How often the work of a record is done; as `main.ts` has calibrated it. */
  readonly loops: number;
}

/** What a handler may do: looks at the bytes of the order. */
export function work({ value }: ConsumerRecord, loops: number): void {
  for (let i = 0; i < loops; i++)
    createHash('sha1')
      .update(value ?? '')
      .digest();
}
