import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsumerProject } from './consumer-project.ts';

const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');

const partita = 'node_modules/partita/dist/cli/main.js';

describe('partita init', () => {
  it.for(['memory', 'kafka', 'eventhubs'])(
    'makes a project on %s that asks for what it needs, passes its tests and has no problem in its configuration',
    (backend) => {
      using project = new ConsumerProject();
      const made = project.node(partita, 'init', 'billing', '--backend', backend);
      expect(made.output).toContain('cd billing && npm install && npm test');
      // The oldest Node of its engines reads types, but no `using`.
      const test = readFileSync(join(project.folder, 'billing/orders.test.ts'), 'utf8');
      expect(test).not.toMatch(/\busing\b/);
      const npm = (...args: string[]) => project.run('npm', args, 'billing');
      const text = readFileSync(join(project.folder, 'billing/package.json'), 'utf8');
      const { dependencies, devDependencies } = JSON.parse(text);
      project.install(Object.keys({ ...dependencies, ...devDependencies }));
      const tests = npm('test');
      expect(tests.output).toMatch(/pass 2\n.*fail 0\n/s);
      expect(tests.code).toBe(0);
      const check = npm('run', 'check', '--', '--offline');
      expect(check.output).toMatch(/ok\s+configuration/);
      expect(check.code).toBe(0);
      expect(project.run(process.execPath, [tsc, '-p', '.'], 'billing').output).toBe('');
    },
  );

  it('leaves alone what is there', () => {
    using project = new ConsumerProject();
    const refused = project.node(partita, 'init', '.');
    expect(refused.output).toMatch(
      /is not empty \(node_modules, package.json\); name a new folder/,
    );
    expect(refused.code).toBe(2);
    expect(project.node(partita, 'init', 'new', '--backend', 'rabbitmq').code).toBe(2);
  });
});
