import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files in a folder of their own, by name. Disposing it removes them. */
export function temporaryFolder(files: Readonly<Record<string, string>>): TemporaryFolder {
  const folder = mkdtempSync(join(tmpdir(), 'partita-config-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return {
    folder,
    path: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

export interface TemporaryFolder extends Disposable {
  readonly folder: string;
  path(name: string): string;
}
