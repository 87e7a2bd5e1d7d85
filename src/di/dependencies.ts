import type { BindInWhenOnFluentSyntax, BindOnFluentSyntax, Container } from 'inversify';
import type { Service } from './token.ts';

/** What a binding made by this module needs. */
export interface Dependencies {
  readonly service: Service<unknown>;
  readonly needs: readonly Service<unknown>[];
  /** `once`: for all records. `call`: for one call of a handler. */
  readonly lives: 'once' | 'call';
}

/** While bindings are looked through: what they need. Looking is synchronous. */
let found: Dependencies[] | undefined;

/**
 * Remembers with the binding itself what it needs, so that a binding which was replaced is not asked any more. inversify has
 * no way to list bindings, but it asks their constraints.
 */
export function noteDependencies<T>(
  binding: BindInWhenOnFluentSyntax<T>,
  dependencies: Dependencies,
): BindOnFluentSyntax<T> {
  return binding.when(() => {
    if (found === undefined) return true;
    found.push(dependencies);
    return false;
  });
}

/** The noted bindings of a service that are in force, and whether there are others. */
export function bindingsOf(
  container: Pick<Container, 'isBound'>,
  service: Service<unknown>,
): { readonly noted: readonly Dependencies[]; readonly others: boolean } {
  const noted: Dependencies[] = [];
  found = noted;
  try {
    const others = container.isBound(service);
    return { noted, others };
  } finally {
    found = undefined;
  }
}
