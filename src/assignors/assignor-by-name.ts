import { type Assignor, InvalidConfigError } from '../core/index.ts';
import { cooperativeSticky } from './cooperative-sticky.ts';
import { range } from './range.ts';
import { roundRobin } from './round-robin.ts';
import { sticky } from './sticky.ts';

const known: ReadonlyMap<string, Assignor> = new Map(
  [range, roundRobin, sticky, cooperativeSticky].map((assignor) => [assignor.name, assignor]),
);

/**
 * The assignor with this name on the wire: `range`, `roundrobin`, `sticky` or `cooperative-sticky`.
 *
 * @throws InvalidConfigError if there is none.
 */
export function assignorByName(name: string): Assignor {
  const assignor = known.get(name);
  if (assignor !== undefined) return assignor;
  const names = [...known.keys()].join(', ');
  throw new InvalidConfigError('assignor', [`'${name}' is unknown; choose one of ${names}`]);
}
