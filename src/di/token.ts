/**
 * Names a part in the container and carries its type, so that `container.get(token)` needs no type argument. An empty abstract
 * class for inversify, which prints its name in errors.
 */
// biome-ignore lint/suspicious/noExplicitAny: nobody ever constructs it; this is how inversify spells "some class".
export type Token<T> = abstract new (...args: any[]) => T;

/** What an argument of a class or a factory is made of: a token, or a class that is bound itself. */
export type Service<T> = Token<T> | symbol | string;

/** One service for each argument, in their order. */
export type ServicesFor<Args extends readonly unknown[]> = {
  readonly [Index in keyof Args]: Service<Args[Index]>;
};

/** A token for a part of your own. `name` is what errors say. */
export function token<T>(name: string): Token<T> {
  const named = { [name]: class {} };
  return named[name] as unknown as Token<T>;
}
