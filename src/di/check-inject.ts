import { InvalidConfigError, show } from '../core/index.ts';
import type { AnyClass } from './bindings.ts';

/**
 * Holds a list of services against the constructor that gets them.
 *
 * @throws InvalidConfigError with all problems at once.
 */
export function checkInject(service: AnyClass, inject: readonly unknown[]): void {
  const problems = problemsOf(service, inject);
  if (problems.length > 0) throw new InvalidConfigError('inject', problems);
}

function problemsOf(service: AnyClass, inject: readonly unknown[]): string[] {
  if (typeof service !== 'function') return [`${show(service)} is no class`];
  const { name, length } = service;
  if (!Array.isArray(inject))
    return [
      `inject of ${name} is ${show(inject)}, expected a list of what its constructor gets; [] for nothing`,
    ];
  const problems = inject.flatMap((one, index) =>
    one === undefined || one === null
      ? `inject[${index}] of ${name} is ${one}: is it declared further down, or are two modules importing each other?`
      : [],
  );
  if (inject.length < length)
    problems.push(`the constructor of ${name} takes ${length}, and inject names ${inject.length}`);
  return problems;
}
