import type { Container } from 'inversify';
import { boundTwice, circular, keepsCall, notBound } from './config-error.ts';
import { bindingsOf } from './dependencies.ts';
import { namedHandler } from './named-handler.ts';
import type { Service } from './token.ts';
import { tokens } from './tokens.ts';

export interface ContainerProblems {
  /** What cannot be made, one sentence each. */
  readonly problems: readonly string[];
  /** What handlers need that is not made for each call, as far as known. */
  readonly shared: readonly Service<unknown>[];
}

/**
 * Looks through the bindings without making anything: a handler that needs something nobody bound should stop the start and
 * not its first record. Knows the bindings made by this module; what others are made of shows when they are.
 */
export function containerProblems(container: Container): ContainerProblems {
  if (!container.isBound(tokens.app))
    return {
      problems: [
        'it was not made by appContainer(), which takes a container of yours as its first argument',
      ],
      shared: [],
    };
  const walk = new Walk(container);
  walk.visit(tokens.app);
  for (const root of [tokens.consumer, namedHandler])
    for (const { needs } of bindingsOf(container, root).noted)
      for (const handler of needs) walk.visit(handler);
  return { problems: [...walk.problems], shared: [...walk.shared] };
}

/** There is one for each call of a handler. */
const ofCalls: ReadonlySet<Service<unknown>> = new Set<Service<unknown>>([
  tokens.context,
  tokens.batchContext,
  tokens.record,
]);
const ofPartita: ReadonlySet<Service<unknown>> = new Set(Object.values(tokens));

class Walk {
  readonly problems = new Set<string>();
  readonly shared = new Set<Service<unknown>>();
  readonly #container: Container;
  readonly #path: Service<unknown>[] = [];
  readonly #done = new Set<Service<unknown>>();

  constructor(container: Container) {
    this.#container = container;
  }

  visit(service: Service<unknown>): void {
    const at = this.#path.indexOf(service);
    if (at >= 0) {
      this.problems.add(circular([...this.#path.slice(at), service].map(nameOf)));
      return;
    }
    if (this.#done.has(service)) return;
    this.#done.add(service);
    const { noted, others } = bindingsOf(this.#container, service);
    const [first] = noted;
    if (first === undefined && !others) this.problems.add(notBound(nameOf(service), this.#asker()));
    if (noted.length > 1 || (first !== undefined && others))
      this.problems.add(boundTwice(nameOf(service)));
    if (first?.lives !== 'call' && !ofPartita.has(service)) this.shared.add(service);
    this.#path.push(service);
    for (const needed of first?.needs ?? []) {
      if (first?.lives === 'once' && !ofPartita.has(service) && this.#isOfCalls(needed))
        this.problems.add(keepsCall(nameOf(service), nameOf(needed)));
      this.visit(needed);
    }
    this.#path.pop();
  }

  #isOfCalls(service: Service<unknown>): boolean {
    if (ofCalls.has(service)) return true;
    return bindingsOf(this.#container, service).noted.some(({ lives }) => lives === 'call');
  }

  #asker(): string | undefined {
    const asker = this.#path.at(-1);
    return asker === undefined ? undefined : nameOf(asker);
  }
}

function nameOf(service: Service<unknown>): string {
  return typeof service === 'function' ? service.name : String(service);
}
