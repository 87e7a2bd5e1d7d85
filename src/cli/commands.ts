import type { CommandModule } from './command.ts';

export interface CommandEntry {
  readonly summary: string;
  /** Loads the command with what it needs, and nothing of the others. */
  load(): Promise<CommandModule>;
}

/** All commands by name, in the order of the help. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  init: {
    summary: 'makes a new project that runs at once',
    load: () => import('./commands/init.ts'),
  },
  run: {
    summary: 'runs the application of a configuration file until SIGTERM',
    load: () => import('./commands/run.ts'),
  },
  check: {
    summary: 'checks a configuration file, and that the broker has what it names',
    load: () => import('./commands/check.ts'),
  },
  explain: {
    summary: 'says in plain words what a configuration file guarantees',
    load: () => import('./commands/explain.ts'),
  },
  topics: {
    summary: 'lists, describes, creates and deletes topics',
    load: () => import('./commands/topics.ts'),
  },
  produce: {
    summary: 'writes records',
    load: () => import('./commands/produce.ts'),
  },
  tail: {
    summary: 'prints records as they come, or those that are there',
    load: () => import('./commands/tail.ts'),
  },
  groups: {
    summary: 'shows consumer groups: members, assignment, lag',
    load: () => import('./commands/groups.ts'),
  },
  plan: {
    summary: 'tells what a rebalance would move, without doing it',
    load: () => import('./commands/plan.ts'),
  },
  offsets: {
    summary: 'shows and resets the positions of a group',
    load: () => import('./commands/offsets.ts'),
  },
  dlq: {
    summary: 'lists, shows and replays dead letters',
    load: () => import('./commands/dlq.ts'),
  },
  emulator: {
    summary: 'serves Event Hubs and Kafka on this machine',
    load: () => import('./commands/emulator.ts'),
  },
};
