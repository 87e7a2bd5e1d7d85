import { describe, expect, it } from 'vitest';
import {
  CommitFencedError,
  InvalidConfigError,
  PartitaError,
  ProduceError,
} from '../../../../src/core/index.ts';
import { errorText } from '../../../../src/core/model/error-text.ts';

describe('errors', () => {
  it('say where and why, and are known across copies of the package', () => {
    const cause = new Error('socket closed');
    const where = { topic: 'orders', partition: 1, offset: 5 };
    const error = new PartitaError('TIMEOUT', 'No answer.', { ...where, cause, retriable: true });
    expect(error).toMatchObject({ ...where, code: 'TIMEOUT', retriable: true, cause });
    const copy = Object.defineProperty(new Error('copy'), Symbol.for('partita.error'), {});
    expect(PartitaError.is(error)).toBe(true);
    expect(PartitaError.is(copy)).toBe(true);
    for (const other of [cause, null, undefined, 'TIMEOUT', {}])
      expect(PartitaError.is(other)).toBe(false);
  });

  it('of a fence are never to be tried again', () => {
    expect(new CommitFencedError('late', { retriable: true }).retriable).toBe(false);
  });

  it('of options are one sentence per problem', () => {
    const error = new InvalidConfigError('options', ['a is 1, expected 2', 'b is missing']);
    expect(error.message).toBe('Invalid options: a is 1, expected 2; b is missing.');
  });

  it('of a send tell what became of each record', () => {
    const passing = new PartitaError('TIMEOUT', 'No answer.', { retriable: true });
    const final = new PartitaError('RECORD_TOO_LARGE', 'Too large.', { topic: 't', partition: 2 });
    const written = { topic: 't', partition: 0, offset: 7 };
    expect(new ProduceError([written, passing])).toMatchObject({
      code: 'TIMEOUT',
      retriable: true,
    });
    expect(new ProduceError([final, written, passing])).toMatchObject({
      code: 'RECORD_TOO_LARGE',
      retriable: false,
      topic: 't',
      partition: 2,
      message: '2 of 3 records were not acknowledged; the first: Too large.',
    });
  });

  it('have a text whatever was thrown', () => {
    expect(errorText(new Error('boom'))).toBe('boom');
    expect(errorText('boom')).toBe('boom');
    expect(errorText(undefined)).toBe('undefined');
    expect(errorText(Object.create(null))).toBe('a thrown object without text');
  });
});
