import { fileURLToPath } from 'node:url';
import type { MemberTask } from '../../../test/support/event-hubs/fleet/member-task.ts';

export interface Contender {
  readonly name: string;
  /** Of its hub. */
  readonly id: string;
  readonly script: string;
  readonly more: Pick<MemberTask, 'strategy'>;
  /** Does it promise to repeat nothing but after a crash? */
  readonly isOurs: boolean;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const official = here('../../../test/support/event-hubs/fleet/official-member.ts');

export const contenders: readonly Contender[] = [
  {
    name: 'Partita, cooperative-sticky',
    id: 'partita',
    script: here('partita-member.ts'),
    more: {},
    isOurs: true,
  },
  {
    name: '@azure/event-hubs, balanced',
    id: 'balanced',
    script: official,
    more: { strategy: 'balanced' },
    isOurs: false,
  },
  {
    name: '@azure/event-hubs, greedy',
    id: 'greedy',
    script: official,
    more: { strategy: 'greedy' },
    isOurs: false,
  },
];
