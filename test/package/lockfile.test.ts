import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { missingPlatforms } from '../../scripts/lock-platforms.ts';

const lockfile = readFileSync('package-lock.json', 'utf8');

it('the lock file knows the binaries of all platforms, so that npm ci works on each', () => {
  // Remedy: npm run lock:platforms
  expect(Object.keys(missingPlatforms(JSON.parse(lockfile).packages))).toEqual([]);
});

it('the lock file names no registry', () => {
  expect(lockfile).not.toMatch(/"resolved"/);
});
