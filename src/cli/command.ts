import type { ParseArgsConfig } from 'node:util';

/** One command of `partita`. Its file is loaded when it is called. */
export interface Command {
  /** What `partita <name> --help` prints. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Resolves when the command is done; long-running ones when `signal` is aborted. */
  run(values: CommandValues, context: CommandContext): Promise<void>;
}

/** As `parseArgs` of Node gives them. */
export type CommandValues = Readonly<
  Record<string, string | boolean | (string | boolean)[] | undefined>
>;

export interface CommandContext {
  /** Prints a line. */
  print(line: string): void;
  /** Aborted by the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
}
