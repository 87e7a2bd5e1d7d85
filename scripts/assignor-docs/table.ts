import {
  cooperativeSticky,
  pinned,
  range,
  roundRobin,
  standby,
  sticky,
  weighted,
} from '../../src/assignors/index.ts';
import type { Assignor } from '../../src/core/index.ts';
import { example } from './example.ts';

/** What people have to know to choose; the rest of a row is computed. */
interface Choice {
  readonly assignor: Assignor;
  readonly spelled: string;
  readonly when: string;
  readonly racks: boolean;
  readonly shared: string;
}

const choices: readonly Choice[] = [
  {
    assignor: cooperativeSticky,
    spelled: "'cooperative-sticky'",
    when: 'almost always: members go on working while others come and go',
    racks: true,
    shared: 'Java, librdkafka, franz-go, sarama',
  },
  {
    assignor: sticky,
    spelled: "'sticky'",
    when: 'the group has members that know only eager rebalancing',
    racks: true,
    shared: 'Java, franz-go, sarama',
  },
  {
    assignor: range,
    spelled: "'range'",
    when: 'topics are joined: equal numbers of different topics belong together',
    racks: true,
    shared: 'all clients with assignors',
  },
  {
    assignor: roundRobin,
    spelled: "'roundrobin'",
    when: 'an old group uses it; else take `sticky`',
    racks: false,
    shared: 'all clients with assignors',
  },
  {
    assignor: weighted(),
    spelled: 'weighted({ weight })',
    when: 'machines differ in size',
    racks: false,
    shared: 'Partita only',
  },
  {
    assignor: pinned({}),
    spelled: 'pinned({ … })',
    when: 'some partitions have a home: local state, a licence, a region',
    racks: false,
    shared: 'Partita only',
  },
  {
    assignor: standby(),
    spelled: 'standby({ active })',
    when: 'one process works, others wait to take over',
    racks: false,
    shared: 'Partita only',
  },
];

/** Which assignor when, as a Markdown table. */
export function choiceTable(): string {
  const head = [
    'assignor',
    'take it when',
    'rebalance',
    'one joins: moved (needed)',
    'one leaves: moved (needed)',
    'rounds',
    'racks',
    'shares groups with',
  ];
  const rows = choices.map(({ assignor, spelled, when, racks, shared }) => {
    const { join, leave } = example(assignor);
    const moves = (of: { moved: number; minimum: number }) => `${of.moved} (${of.minimum})`;
    return [
      `\`${spelled}\``,
      when,
      assignor.rebalance,
      moves(join),
      moves(leave),
      String(join.rounds),
      racks ? 'yes' : 'no',
      shared,
    ];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
