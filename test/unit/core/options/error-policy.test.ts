import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deadLetter,
  type ErrorPolicy,
  PartitaError,
  retry,
  skip,
  stopPartition,
} from '../../../../src/core/index.ts';
import { problemsOf } from '../../../support/problems-of.ts';

const fails = (attempt = 1, error: unknown = new Error('boom')) => ({ error, attempt });
const half = () => 0.5;

describe('an error policy', () => {
  it('retries with full jitter below an exponentially growing limit, then gives up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 3_000 }),
        (attempts, firstDelayMs, factor, more, chance, attempt) => {
          const maxDelayMs = firstDelayMs + more;
          const policy = retry({ attempts, firstDelayMs, factor, maxDelayMs });
          const decision = policy.decide(fails(attempt), () => chance);
          if (attempt >= attempts) {
            expect(decision).toEqual({ kind: 'stopPartition' });
            return;
          }
          const limitMs = Math.min(
            maxDelayMs,
            firstDelayMs * Math.min(factor ** (attempt - 1), 1e300),
          );
          if (decision.kind !== 'retry') throw new Error(decision.kind);
          expect(decision.delayMs).toBeGreaterThanOrEqual(0);
          expect(decision.delayMs).toBeLessThanOrEqual(limitMs);
          expect(decision.delayMs).toBeCloseTo(chance * limitMs);
        },
      ),
    );
  });

  it('always decides: what no policy of a chain wants stops the partition', () => {
    const never = () => false;
    const leaf = fc.constantFrom<() => ErrorPolicy>(
      () => skip().when(never),
      () => deadLetter('dead').when(never),
      () => retry({ attempts: 1 }),
      () => retry({ attempts: 9 }).when(never),
    );
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 1, maxLength: 6 }), (leaves) => {
        const [first, ...rest] = leaves.map((make) => make());
        const chain = rest.reduce((policy, next) => policy.otherwise(next), first as ErrorPolicy);
        expect(chain.decide(fails(), half)).toEqual({ kind: 'stopPartition' });
        expect(chain.otherwise(skip()).decide(fails(), half)).toEqual({ kind: 'skip' });
      }),
    );
  });

  it('lets the first that wants the error decide', () => {
    const isType = (error: unknown) => error instanceof TypeError;
    const policy = skip()
      .when(isType)
      .otherwise(retry({ attempts: 2 }).otherwise(deadLetter('dead')));
    expect(policy.decide(fails(1, new TypeError()), half)).toEqual({ kind: 'skip' });
    expect(policy.decide(fails(1), half)).toMatchObject({ kind: 'retry' });
    expect(policy.decide(fails(2), half)).toEqual({ kind: 'deadLetter', topic: 'dead' });
  });

  it('with two classifiers is meant for errors that both want', () => {
    const policy = skip()
      .when((error) => error instanceof Error)
      .when((error) => (error as Error).message === 'boom');
    expect(policy.decide(fails(1, new Error('boom')), half).kind).toBe('skip');
    expect(policy.decide(fails(1, new Error('bang')), half).kind).toBe('stopPartition');
    expect(policy.decide(fails(1, 'boom'), half).kind).toBe('stopPartition');
  });

  it('does not retry what does not decode', () => {
    const error = new PartitaError('DECODE_FAILED', 'no JSON');
    const policy = retry({ attempts: 9 }).otherwise(skip());
    expect(policy.decide(fails(1, error), half)).toEqual({ kind: 'skip' });
  });

  it('is not changed by what is built on it', () => {
    const base = retry({ attempts: 1 });
    base.otherwise(skip());
    base.when(() => false);
    expect(base.decide(fails(), half)).toEqual({ kind: 'stopPartition' });
    expect(stopPartition().otherwise(skip()).decide(fails(), half)).toEqual({
      kind: 'stopPartition',
    });
  });

  it('tells all that is wrong with it at once', () => {
    expect(
      problemsOf(() =>
        retry({
          attempts: 0,
          firstDelayMs: -1,
          factor: 0.5,
          maxDelayMs: Number.NaN,
          jitter: 1,
        } as never),
      ),
    ).toEqual([
      'jitter is no option; known are attempts, firstDelayMs, factor, maxDelayMs',
      'attempts is 0, expected a whole number of at least 1',
      'firstDelayMs is -1, expected milliseconds between 1 and 2147483647',
      'factor is 0.5, expected a number of at least 1',
      'maxDelayMs is NaN, expected milliseconds between 1 and 2147483647',
    ]);
    expect(problemsOf(() => retry({ attempts: 3, firstDelayMs: 500, maxDelayMs: 100 }))).toEqual([
      'maxDelayMs (100) is less than firstDelayMs (500): raise it',
    ]);
    expect(problemsOf(() => retry(undefined as never))).toEqual([
      'attempts is undefined, expected a whole number of at least 1',
    ]);
    expect(problemsOf(() => retry(5 as never))).toEqual([
      'options is 5, expected an object',
      'attempts is undefined, expected a whole number of at least 1',
    ]);
    expect(problemsOf(() => deadLetter(''))).toEqual(['topic is "", expected the name of a topic']);
    expect(problemsOf(() => skip().when('TypeError' as never))).toEqual([
      'when() got "TypeError", expected a function that says whether the policy is meant for an error',
    ]);
    expect(problemsOf(() => skip().otherwise('stop' as never))).toEqual([
      'otherwise() got "stop", expected an error policy such as deadLetter(topic), skip() or stopPartition()',
    ]);
  });
});
