import { resolve } from 'node:path';
import type { Command } from 'commander';
import { explain, readConfig } from '../../config/index.ts';
import { positiveNumber } from '../arguments.ts';
import { configFileOr } from '../broker/broker-config.ts';
import type { Act, CommandContext } from '../command.ts';
import { noteIgnored } from '../note-ignored.ts';

interface ExplainFlags {
  readonly processes?: number;
  readonly before?: string;
}

export function define(command: Command, act: Act): void {
  command
    .argument('[file]', 'configuration file (default: partita.* or app.* in this folder)')
    .option('--processes <number>', 'how many processes run with it', positiveNumber)
    .option('--before <file>', 'the configuration that runs now: warns of changes that need care')
    .addHelpText('after', examples);
  act(command, explainFile);
}

const examples = `
Reads the file and nothing else: no module is loaded, nothing is connected.

Examples:
  partita explain app.yaml
  partita explain app.yaml --before app.running.yaml --processes 6`;

async function explainFile(
  { terminal, output }: CommandContext,
  file: string | undefined,
  { processes, before }: ExplainFlags,
): Promise<void> {
  const { env, folder } = terminal;
  const config = await readConfig(configFileOr(file, folder), { env });
  noteIgnored(config, terminal);
  const running =
    before === undefined ? undefined : await readConfig(resolve(folder, before), { env });
  const { lines, warnings } = explain(config, {
    ...(processes !== undefined && { processes }),
    ...(running !== undefined && { before: running }),
  });
  output.document({ lines, warnings }, () =>
    [
      ...lines,
      ...(warnings.length === 0 ? [] : ['', 'Warnings:']),
      ...warnings.map(({ path, text }) => `  ${path}: ${text}`),
    ].join('\n'),
  );
}
