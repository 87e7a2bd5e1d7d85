#!/usr/bin/env node
import process from 'node:process';
import { parseArgs } from 'node:util';
import { PartitaError } from '../core/index.ts';
import { onTerminate } from '../system/terminate.ts';
import type { Command } from './command.ts';

/** Commands by name; each is loaded when it is called, with what it needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  emulator: async () => (await import('./emulator-command.ts')).emulatorCommand,
};

const usage = `partita <command> [options]

  emulator    serves Azure Event Hubs on this machine

partita <command> --help tells its options.`;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  if (name === '' || name === '--help') return print(usage);
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    throw new PartitaError('INVALID_CONFIG', `There is no command '${name}'.\n\n${usage}`);
  }
  const command = await load();
  const options = { ...command.options, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args, options });
  if (values.help === true) return print(command.help);
  const stopping = new AbortController();
  // After the first signal the next one ends the process at once, as Node does by default.
  const stopListening = onTerminate(() => {
    stopListening();
    stopping.abort();
  });
  try {
    await command.run(values, { print, signal: stopping.signal });
  } finally {
    stopListening();
  }
}

/** What a person can act on; the stack only for defects. */
function describe(error: unknown): string {
  if (PartitaError.is(error)) return error.message;
  if (!(error instanceof Error)) return String(error);
  const isArgument = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return isArgument ? error.message : (error.stack ?? error.message);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`partita: ${describe(error)}\n`);
  process.exitCode = 1;
}
