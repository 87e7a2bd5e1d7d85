import type { Assignor, AssignorName } from '../../core/index.ts';
import type { ConfigPath } from '../source.ts';
import type { Reference } from '../values.ts';
import type { References } from './references.ts';

type Choice = AssignorName | Reference | Assignor;

/** Names stay names; modules are loaded. */
export async function assignorsOf(
  given: Choice | readonly Choice[] | undefined,
  path: ConfigPath,
  references: References,
): Promise<readonly (AssignorName | Assignor)[] | undefined> {
  if (given === undefined) return undefined;
  const isList = Array.isArray(given);
  const choices: readonly Choice[] = isList ? given : [given as Choice];
  const loaded = choices.map(async (choice, i) =>
    isReference(choice)
      ? references.load(choice, isList ? [...path, i] : path, 'an assignor', isAssignor)
      : choice,
  );
  return (await Promise.all(loaded)).filter((assignor) => assignor !== undefined);
}

function isReference(choice: Choice): choice is Reference {
  return typeof choice === 'string' && /[./]/.test(choice);
}

function isAssignor(value: unknown): value is Assignor {
  const { name, assign } = Object(value) as Partial<Assignor>;
  return typeof name === 'string' && typeof assign === 'function';
}
