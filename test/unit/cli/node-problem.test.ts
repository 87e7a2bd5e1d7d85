import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nodeProblem } from '../../../src/cli/node-problem.ts';

it('refuses what is older than engines of the package say, and nothing else', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(nodeProblem('20.20.2')).toBe(
    `Node.js 20.20.2 is too old: install ${engines.node.replace('>=', '')} or a newer one.`,
  );
  expect(nodeProblem('22.21.9')).toContain('too old');
  expect(['22.22.0', '22.23.3', '24.0.0'].map(nodeProblem)).toEqual(Array(3).fill(undefined));
});
