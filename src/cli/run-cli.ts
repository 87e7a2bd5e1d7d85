import { Command, CommanderError } from 'commander';
import { InvalidConfigError, PartitaError } from '../core/index.ts';
import type { Act, CommandContext } from './command.ts';
import { commands } from './commands.ts';
import { Output } from './terminal/output.ts';
import type { Terminal } from './terminal/terminal.ts';
import { version } from './version.ts';

/** How a command ended. */
export const exitCode = {
  ok: 0,
  /** It was tried and did not work. */
  failed: 1,
  /** What was asked for makes no sense: a wrong option, a wrong configuration. Nothing was started. */
  badInput: 2,
} as const;

/** Runs one command line. Resolves with the exit code; never rejects. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const isJson = asksForJson(args);
  try {
    const [first, ...others] = args;
    // As other tools have it, too: `partita help tail`.
    const line = first === 'help' ? [...others, '--help'] : args;
    const program = await programFor(line, terminal, isJson);
    await program.parseAsync(line, { from: 'user' });
    return exitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.ok;
    if (isJson) terminal.stderr.write(`${JSON.stringify({ error: errorDocument(error) })}\n`);
    // commander has told already what it found.
    else if (!(error instanceof CommanderError))
      terminal.stderr.write(`partita: ${describe(error)}\n`);
    return isBadInput(error) ? exitCode.badInput : exitCode.failed;
  }
}

/** Before the line is parsed: it may be what is wrong. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).includes('--json');
}

async function programFor(
  args: readonly string[],
  terminal: Terminal,
  isJson: boolean,
): Promise<Command> {
  const program = new Command('partita')
    .description('One handler, Apache Kafka or Azure Event Hubs.')
    .version(version(), '-V, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => {
        if (!isJson) terminal.stderr.write(text);
      },
      outputError: (text, write) => write(text.replace(/^error: /, 'partita: ')),
    })
    .showHelpAfterError('(partita --help tells what there is)')
    .addHelpText('after', '\npartita <command> --help tells its options, with examples.');
  const named = args.find((arg) => !arg.startsWith('-'));
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary).description(summary);
    if (name !== named) continue;
    (await load()).define(command, actWith(terminal));
    pointToHelp(command, `partita ${name}`);
  }
  if (args.length === 0) program.help();
  return program;
}

/** A wrong line of a command is about that command: its help is what helps. */
function pointToHelp(command: Command, line: string): void {
  command.helpCommand(false).showHelpAfterError(`(${line} --help tells what there is)`);
  for (const child of command.commands) pointToHelp(child, `${line} ${child.name()}`);
}

function actWith(terminal: Terminal): Act {
  return (command, run) => {
    command.option('--json', 'prints JSON instead of text');
    command.action(async () => {
      const options = command.optsWithGlobals();
      const output = new Output(terminal, options.json === true);
      const context: CommandContext = { terminal, output };
      const values = [...command.processedArgs, options];
      await run(context, ...(values as never[]));
    });
  };
}

/** The same for programs. */
function errorDocument(error: unknown) {
  if (error instanceof CommanderError) {
    const isHelp = error.code === 'commander.help';
    const message = isHelp ? 'a command is missing' : error.message.replace(/^error: /, '');
    return { code: 'INVALID_CONFIG', message };
  }
  if (!PartitaError.is(error)) return { code: 'INTERNAL', message: describe(error) };
  const { code, message, topic, partition, offset } = error;
  // One by one, where several things are wrong.
  const problems = error instanceof InvalidConfigError ? error.problems : undefined;
  return { code, message, problems, topic, partition, offset };
}

/** What a person can act on; the stack only for defects. */
function describe(error: unknown): string {
  if (error instanceof InvalidConfigError && error.problems.length > 1) return listed(error);
  if (PartitaError.is(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** One line for each of several problems. */
function listed({ message, problems }: InvalidConfigError): string {
  const what = message.slice(0, message.indexOf(`: ${problems[0]}`));
  const lines = problems.map((problem) => `\n  ${problem}`);
  return `${what}, ${problems.length} problems:${lines.join('')}`;
}

function isBadInput(error: unknown): boolean {
  if (error instanceof CommanderError) return true;
  return PartitaError.is(error) && ['INVALID_CONFIG', 'MISSING_PEER'].includes(error.code);
}
