import type { Command } from 'commander';

/** Ends the help of a command with lines that can be typed. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  const shown = lines.map((line) => `\n  partita ${line}`);
  return command.addHelpText('after', `\nExamples:${shown.join('')}`);
}
