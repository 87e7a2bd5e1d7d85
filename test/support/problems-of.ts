import { InvalidConfigError } from '../../src/core/index.ts';

/** What a call finds wrong with its options; nothing when it returns. Other errors are thrown on. */
export function problemsOf(call: () => unknown): readonly string[] {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.problems;
    throw error;
  }
  return [];
}
