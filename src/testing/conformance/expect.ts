import assert from 'node:assert/strict';
import type { ErrorCode, PartitaError } from '../../core/index.ts';

/** `prefix0` to `prefix(count - 1)`. */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

/** The same values, each as often, in any order. */
export function assertSameValues(actual: readonly string[], expected: readonly string[]): void {
  assert.deepEqual([...actual].sort(), [...expected].sort());
}

/** Nothing is missing; what was repeated is allowed, but nothing that was never written. */
export function assertAtLeastOnce(actual: readonly string[], expected: readonly string[]): void {
  assertSameValues([...new Set(actual)], expected);
}

export async function assertRejects(
  promise: Promise<unknown>,
  code: ErrorCode,
): Promise<PartitaError> {
  let caught: unknown;
  await assert.rejects(promise, (error: unknown) => {
    caught = error;
    return true;
  });
  assert.equal((caught as PartitaError).code, code, (caught as PartitaError).message);
  return caught as PartitaError;
}

/** A door that handlers wait at. */
export interface Door {
  readonly opened: Promise<void>;
  open(): void;
}

export function door(): Door {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
