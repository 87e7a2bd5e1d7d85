import { expect, it } from 'vitest';
import { loadInversify } from '../../../src/di/load-inversify.ts';

it('names what to install when inversify is not there', () => {
  const nothing = (id: string) => {
    throw new Error(`Cannot find module '${id}'`);
  };
  expect(() => loadInversify(nothing)).toThrow('Run: npm install inversify reflect-metadata');
});
