import { nearest } from '../../core/index.ts';
import type { AppConfig } from '../app-config.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import type { AppParts } from './app-parts.ts';
import { consumerName } from './consumer-name.ts';

/** Parts that are given for a consumer that does not exist: most likely a spelling mistake. */
export function namesOfNobody({ consumers = [] }: AppConfig, parts: AppParts): ConfigProblem[] {
  const names = consumers.map(consumerName);
  return (['handlers', 'assignors'] as const).flatMap((kind) =>
    Object.keys(parts[kind] ?? {})
      .filter((name) => !names.includes(name))
      .map((name) => {
        const guess = nearest(name, names);
        const hint =
          guess === undefined ? `there are ${names.join(', ')}` : `did you mean ${guess}?`;
        return {
          path: undefined,
          text: `parts.${kind} has '${name}', which is no consumer; ${hint}`,
        };
      }),
  );
}
