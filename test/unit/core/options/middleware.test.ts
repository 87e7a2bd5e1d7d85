import { describe, expect, it } from 'vitest';
import { defineMiddleware } from '../../../../src/core/index.ts';
import { declareEngine } from '../../../support/engine.ts';
import { problemsOf } from '../../../support/problems-of.ts';

const bad = [
  { name: 'fine', handle: () => {} },
  5,
  null,
  () => {},
  {},
  { name: 'x', handle: 'y', produce: 1, deadLetters: 'yes' },
];

const found = [
  'middleware[1] is 5, expected an object with a name and a function handle, produce or both',
  'middleware[2] is null, expected an object with a name and a function handle, produce or both',
  'middleware[3] is a function, expected an object with a name and a function handle, produce or both; was it meant to be called?',
  'middleware[4].name is undefined, expected a text that is not empty',
  'middleware[4] has neither handle nor produce, expected an object with a name and a function handle, produce or both',
  'middleware[5].handle is "y", expected a function',
  'middleware[5].produce is 1, expected a function',
  'middleware[5].deadLetters is "yes", expected true or false',
];

describe('a list of middleware', () => {
  it('is checked where it is declared, by index', () => {
    const handle = () => {};
    expect(problemsOf(() => declareEngine({ handle, middleware: bad }))).toEqual(found);
    expect(
      problemsOf(() => declareEngine({ handle }, { app: { middleware: bad as never } })),
    ).toEqual(found);
    expect(problemsOf(() => declareEngine({ handle, middleware: 'logging' }))).toEqual([
      'middleware is "logging", expected a list such as [logging()]',
    ]);
  });

  it('holds middleware that was checked when it was defined', () => {
    expect(problemsOf(() => defineMiddleware({ name: '' }))).toEqual([
      'middleware.name is "", expected a text that is not empty',
      'middleware has neither handle nor produce, expected an object with a name and a function handle, produce or both',
    ]);
  });
});
