import { describe, it } from 'vitest';
import {
  type ConformanceTarget,
  conformanceCases,
  skipReason,
} from '../../src/testing/conformance/index.ts';

/** Runs the conformance suite, or some groups of it: the only place where its cases meet a test runner. */
export function conformance(target: ConformanceTarget, only?: readonly string[]): void {
  const groups = new Set(only ?? conformanceCases.map(({ group }) => group));
  for (const group of groups)
    describe(`${target.definition.name}: ${group}`, () => {
      for (const conformanceCase of conformanceCases.filter((each) => each.group === group))
        it(conformanceCase.name, async ({ skip }) => {
          const reason = skipReason(conformanceCase, target);
          if (reason !== undefined) skip(reason);
          await conformanceCase.run(target);
        });
    });
}
