import type { CommandModule } from './command.ts';

export interface CommandEntry {
  readonly summary: string;
  /** Loads the command with what it needs, and nothing of the others. */
  load(): Promise<CommandModule>;
}

/** All commands by name, in the order of the help. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  emulator: {
    summary: 'serves Event Hubs and Kafka on this machine',
    load: () => import('./commands/emulator.ts'),
  },
};
