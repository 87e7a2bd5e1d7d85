import type { ConformanceTarget, Need } from './target.ts';
import { missing } from './target.ts';
import { Workbench } from './workbench.ts';

/** One thing every backend must do. Runs under any test runner: it rejects when the backend does not. */
export interface ConformanceCase {
  readonly group: string;
  /** A sentence about behaviour. */
  readonly name: string;
  readonly needs: readonly Need[];
  run(target: ConformanceTarget): Promise<void>;
}

/** Why this case does not apply to the target, or `undefined` when it does. Print it. */
export function skipReason(
  conformanceCase: ConformanceCase,
  target: ConformanceTarget,
): string | undefined {
  const reasons = conformanceCase.needs.flatMap((need) => missing(need, target) ?? []);
  return reasons.length > 0 ? reasons.join('; ') : undefined;
}

type Body = (bench: Workbench) => Promise<void>;

/** Collects the cases of one group. */
export class CaseGroup {
  readonly cases: ConformanceCase[] = [];
  readonly #group: string;

  constructor(group: string) {
    this.#group = group;
  }

  add(name: string, body: Body, { needs = [] }: { readonly needs?: readonly Need[] } = {}): void {
    this.cases.push({
      group: this.#group,
      name,
      needs,
      run: (target) => runOnBench(target, body),
    });
  }
}

/** Whatever a case has started ends with it, also when it fails. */
async function runOnBench(target: ConformanceTarget, body: Body): Promise<void> {
  const bench = new Workbench(target);
  try {
    await body(bench);
  } finally {
    await bench.close();
  }
}
