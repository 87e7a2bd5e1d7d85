import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { InvalidConfigError } from '../../core/index.ts';
import type { Act, CommandContext } from '../command.ts';
import { type ProjectBackend, projectBackends } from '../project/backends.ts';
import { projectFiles } from '../project/files.ts';

export function define(command: Command, act: Act): void {
  command
    .argument('[folder]', 'where to; is made when it is not there', '.')
    .addOption(
      new Option('-b, --backend <name>', 'the broker it begins with')
        .choices(projectBackends)
        .default('kafka'),
    )
    .addHelpText('after', examples);
  act(command, init);
}

const examples = `
Writes a configuration, a handler, a test and a README. Installs nothing, and touches no folder that has something in it.

Examples:
  partita init billing
  partita init billing --backend eventhubs`;

async function init(
  { terminal, output }: CommandContext,
  folder: string,
  { backend }: { readonly backend: ProjectBackend },
): Promise<void> {
  const path = resolve(terminal.folder, folder);
  await mustBeEmpty(path);
  const name = nameFrom(basename(path));
  const files = projectFiles({ name, backend });
  await write(path, files);
  output.document({ folder: path, name, backend, files: Object.keys(files) }, () => {
    const there = relative(terminal.folder, path);
    const steps = [...(there === '' ? [] : [`cd ${there}`]), 'npm install', 'npm test'];
    return `Made ${name} in ${path}: ${Object.keys(files).join(', ')}.\nNow: ${steps.join(' && ')}; README.md says how to go on.`;
  });
}

async function write(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    // What somebody else writes at this moment is not overwritten.
    for (const [file, text] of Object.entries(files))
      await writeFile(join(path, file), text, { flag: 'wx' });
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new InvalidConfigError('command line', [
      `${path} cannot be written (${code}); name another folder`,
    ]);
  }
}

async function mustBeEmpty(path: string): Promise<void> {
  const found = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new InvalidConfigError('command line', [`${path} cannot be read (${error.code})`]);
  });
  const others = found.filter((name) => name !== '.git');
  if (others.length === 0) return;
  const more = others.length > 3 ? `, and ${others.length - 3} more` : '';
  throw new InvalidConfigError('command line', [
    `${path} is not empty (${others.slice(0, 3).join(', ')}${more}); name a new folder`,
  ]);
}

/** What npm, Kafka and Event Hubs all take as a name. */
function nameFrom(text: string): string {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return name.replaceAll(/^-|-$/g, '').slice(0, 50) || 'app';
}
