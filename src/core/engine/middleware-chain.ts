import { InvalidConfigError } from '../model/errors.ts';
import { NextPromise } from './next-promise.ts';

/** What came of a call of one middleware. */
export interface Passage<Result> {
  readonly returned: unknown;
  /** Whether it has called `next`. */
  readonly passed: boolean;
  /** What `next` resolved to; not when that had failed and the middleware kept it to itself. */
  readonly result?: Result;
}

/** Calls one middleware and holds it to its rule: `next` once, awaited. */
export async function callMiddleware<Changes, Result>(
  name: string,
  call: (next: (changes?: Changes) => Promise<Result>) => unknown,
  proceed: (changes: Changes | undefined) => Promise<Result>,
): Promise<Passage<Result>> {
  let inner: NextPromise<Result> | undefined;
  let calls = 0;
  const returned = await call((changes) => {
    calls++;
    if (inner !== undefined) return NextPromise.following(Promise.reject(calledTwice(name)));
    inner = NextPromise.following(proceed(changes));
    return inner;
  });
  if (calls > 1) throw calledTwice(name);
  if (inner === undefined) return { returned, passed: false };
  if (!(inner as NextPromise<Result>).awaited) {
    // What is under way ends first: nothing else may begin with these records before.
    await Promise.allSettled([inner]);
    throw misuse(
      name,
      'it returned without having awaited next(), so that it would not hear of failures; await it',
    );
  }
  try {
    return { returned, passed: true, result: await inner };
  } catch {
    // The middleware has seen it, and has chosen to go on.
    return { returned, passed: true };
  }
}

/** A middleware that broke the rules. */
export function misuse(name: string, what: string): InvalidConfigError {
  return new InvalidConfigError(`middleware ${name}`, [what]);
}

function calledTwice(name: string): InvalidConfigError {
  return misuse(
    name,
    'it called next() twice in one call; to try again is for the error policy: throw',
  );
}
