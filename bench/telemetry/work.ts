import { crc32 } from 'node:zlib';
import type { ConsumerRecord } from 'partita';

/** What is on in a contender. */
export type Mode = 'off' | 'metrics' | 'traces' | 'both';

/** Whether its handler takes single records or batches. */
export type Shape = 'record' | 'batch';

/** One turn of a contender: consumes so many records. */
export interface Turn {
  readonly records: number;
  /** How often the work of a record is done; as `main.ts` has calibrated it. */
  readonly loops: number;
}

/** What a turn took, from the first record handled to the last. */
export interface Took {
  readonly wallMs: number;
  /** Of all threads of the process, collecting garbage included. */
  readonly cpuMs: number;
}

/**
 * What a handler may do: looks at the bytes of the order, again and again. It makes no garbage, for whose collection comes when it
 * likes, and would hide what telemetry costs.
 */
export function work({ value }: ConsumerRecord, loops: number): void {
  let sum = 0;
  for (let i = 0; i < loops; i++) sum = crc32(value ?? '', sum);
}
