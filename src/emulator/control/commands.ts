import type {
  DelayFault,
  DetachFault,
  Faults,
  StealFault,
  ThrottleFault,
} from '../faults/faults.ts';
import type { FaultTarget } from '../faults/targets.ts';
import { checked, type Fields } from './fields.ts';

/** Runs one fault; the number of connections or links that were hit, where there is one. */
type Command = (faults: Faults, fields: Record<string, unknown>) => number | undefined;

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
