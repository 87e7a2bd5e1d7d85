import { createHash } from 'node:crypto';
import type { ConsumerRecord } from 'partita';

export interface Work {
  readonly mode: 'off' | 'metrics' | 'traces' | 'both';
  readonly shape: 'record' | 'batch';
  readonly records: number;
  /** How often the work of a record is done; see `calibrated`. */
  readonly loops: number;
}

/** What a handler may do: reads its order, and hashes it. */
export function work({ value }: ConsumerRecord, loops: number): void {
  for (let i = 0; i < loops; i++) {
    JSON.parse(value?.toString() ?? '');
    createHash('sha256')
      .update(value ?? '')
      .digest();
  }
}
