import type { Command } from 'commander';
import type { Output } from './terminal/output.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What a command works with, besides its arguments and options. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly output: Output;
}

/** Wires a function to a command: how it is called in the end is the business of whoever runs the line. */
export type Act = (
  command: Command,
  run: (context: CommandContext, ...values: never[]) => Promise<void>,
) => void;

/** A command's module: says what the command takes and does. Loaded when the command is called, or its help is asked for. */
export interface CommandModule {
  define(command: Command, act: Act): void;
}
