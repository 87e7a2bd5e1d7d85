import { expect, it } from 'vitest';
import { loadRhea } from '../../../../src/emulator/amqp/rhea.ts';

const missing = (message: RegExp) =>
  expect.objectContaining({ code: 'MISSING_PEER', message: expect.stringMatching(message) });

it('a missing rhea is an error that names the install command', () => {
  const load = () => {
    throw new Error("Cannot find module 'rhea'");
  };
  expect(() => loadRhea(load)).toThrow(missing(/npm install --save-dev rhea@3\.0\.5/));
});

it('another version of rhea is refused, as its internals may differ', () => {
  expect(() => loadRhea(() => ({ version: '3.1.0' }))).toThrow(missing(/found 3\.1\.0/));
});
