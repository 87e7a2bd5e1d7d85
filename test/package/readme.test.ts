import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtPackage } from './built-package.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const program = readme.match(/```ts\n([\s\S]*?)```/)?.[1] ?? '';

describe('The first screen of the README', () => {
  it('has a program of at most fifteen lines', () => {
    const lines = program.trim().split('\n');
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  it('has a program that handles its record without a broker, and ends in good order on SIGTERM', async () => {
    using project = emptyProject(builtPackage().folder);
    const child = spawn(process.execPath, ['program.ts'], { cwd: project.folder, stdio: 'pipe' });
    let output = '';
    child.stderr.on('data', (text: Buffer) => {
      output += text.toString();
    });
    for await (const text of child.stdout) {
      output += String(text);
      if (output.includes('order-1')) break;
    }
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    expect(output).toContain("charging { id: 'order-1', total: 42 }");
    expect(child.exitCode).toBe(0);
  });

  it('has tables that say what the code says', () => {
    const check = () =>
      execFileSync(process.execPath, ['scripts/docs-tables.ts', '--check'], {
        cwd: root,
        stdio: 'pipe',
      });
    expect(check).not.toThrow();
  });
});

/** A new folder with the program in it, and the package where `npm install` would put it. */
function emptyProject(packageFolder: string) {
  const folder = mkdtempSync(join(tmpdir(), 'partita-readme-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageFolder, join(folder, 'node_modules/partita'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'program.ts'), program);
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
