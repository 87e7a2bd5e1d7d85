import { InvalidConfigError } from '../../core/index.ts';
import type {
  DelayFault,
  DetachFault,
  Faults,
  StealFault,
  ThrottleFault,
} from '../faults/faults.ts';
import type { FaultTarget } from '../faults/targets.ts';

/** Runs one fault; the number of connections or links that were hit, where there is one. */
type Command = (faults: Faults, fields: Record<string, unknown>) => number | undefined;

type FieldType = 'string' | 'number' | 'boolean';
type Fields = Readonly<Record<string, FieldType>>;

const target: Fields = { hub: 'string', partition: 'string', group: 'string' };
const duration: Fields = { times: 'number', forMs: 'number' };

/** Faults by the name in the path of their request. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['drop', (faults, fields) => faults.dropConnections(checked<FaultTarget>(fields, target))],
  [
    'detach',
    (faults, fields) =>
      faults.detachLinks(
        checked<DetachFault>(fields, {
          ...target,
          role: 'string',
          condition: 'string',
          description: 'string',
        }),
      ),
  ],
  [
    'delay',
    (faults, fields) => {
      const known = { ...target, ...duration, delayMs: 'number', on: 'string' } as const;
      faults.delay(checked<DelayFault>(fields, known, ['delayMs']));
      return undefined;
    },
  ],
  [
    'throttle',
    (faults, fields) => {
      faults.throttle(checked<ThrottleFault>(fields, { ...target, ...duration }));
      return undefined;
    },
  ],
  [
    'steal',
    (faults, fields) => {
      const known = { ...target, ownerLevel: 'number', hold: 'boolean' } as const;
      return faults.steal(checked<StealFault>(fields, known, ['hub', 'partition']));
    },
  ],
  [
    'refuse-hub',
    (faults, fields) =>
      faults.refuseHub(checked<{ hub: string }>(fields, { hub: 'string' }, ['hub']).hub),
  ],
  [
    'allow-hub',
    (faults, fields) => {
      faults.allowHub(checked<{ hub: string }>(fields, { hub: 'string' }, ['hub']).hub);
      return undefined;
    },
  ],
]);

/** Values of fields that take only some words. */
const words: Readonly<Record<string, readonly unknown[]>> = {
  role: ['producer', 'consumer'],
  on: ['send', 'receive', 'management'],
};

/** The fields, as the fault's type. @throws InvalidConfigError with all problems at once. */
function checked<Fault>(
  fields: Record<string, unknown>,
  known: Fields,
  required: readonly string[] = [],
): Fault {
  const problems = required
    .filter((name) => fields[name] === undefined)
    .map((name) => `${name} is missing`);
  for (const [name, value] of Object.entries(fields)) {
    const type = known[name];
    if (type === undefined) {
      problems.push(`${name} is unknown; known are ${Object.keys(known).join(', ')}`);
    } else if (typeof value !== type) {
      problems.push(`${name} must be a ${type}`);
    } else if (words[name]?.includes(value) === false) {
      problems.push(`${name} must be one of ${words[name].join(', ')}`);
    }
  }
  if (problems.length > 0) throw new InvalidConfigError('fault', problems);
  return fields as Fault;
}
