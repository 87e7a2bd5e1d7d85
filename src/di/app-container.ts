import type { Container, ContainerModule } from 'inversify';
import { type App, InvalidConfigError } from '../core/index.ts';
import { appModule } from './app-module.ts';
import { CallSlot, callSlot } from './call-scope.ts';
import { callTokensModule, MisplacedError } from './call-tokens.ts';
import { asConfigError } from './config-error.ts';
import { containerProblems } from './container-problems.ts';
import { inversify } from './load-inversify.ts';
import { ownContainer } from './own-container.ts';
import { Shared, shared } from './shared.ts';
import type { Service } from './token.ts';
import { tokens } from './tokens.ts';

/** Disposing of it stops the application that was made of it, and disposes of what was made once; then it is empty. */
export type AppContainer = Container & AsyncDisposable;

/**
 * An inversify container with the parts of an application: what the modules bind, and what Partita brings (logger, clock,
 * chance). Whatever is in it can be replaced: `container.rebind(tokens.logger).toConstantValue(mine)`.
 *
 * ```ts
 * const container = await appContainer(backendModule(memory({ topics: { orders: 4 } })), singleton(Payments, []), consumerModule(…));
 * const app = await appFrom(container);
 * await app.run();
 * ```
 *
 * A container of yours may come first: what it has can be injected, and stays its own.
 *
 * Nothing is made before `appFrom`.
 */
export async function appContainer(
  ...parts: readonly [Container, ...ContainerModule[]] | readonly ContainerModule[]
): Promise<AppContainer> {
  const [first] = parts;
  const parent = first instanceof inversify.Container ? first : undefined;
  const modules = parts.slice(parent === undefined ? 0 : 1) as readonly ContainerModule[];
  const once = new Shared();
  const made = new inversify.Container(parent === undefined ? {} : { parent });
  const container = Object.assign(made, {
    async [Symbol.asyncDispose](): Promise<void> {
      await once[Symbol.asyncDispose]();
      try {
        await container.unbindAllAsync();
      } catch (error) {
        // What could not be made has nothing to give up, and was told of where it was asked for.
        if (error !== once.failure) throw error;
      }
    },
  });
  container.bind(ownContainer).toConstantValue(container);
  container.bind(shared).toConstantValue(once);
  container.bind(callSlot).toConstantValue(new CallSlot());
  // One after the other: what a later one rebinds must not be bound by one that took its time.
  for (const module of [appModule(), callTokensModule(), ...modules])
    await container.loadAsync(module);
  return container;
}

/**
 * The application of the container, not started. The same one each time. What its handlers need and share is made here, and
 * waited for: what cannot be made stops the start.
 *
 * @throws InvalidConfigError with all problems at once: what is needed and not bound, what is bound twice, what needs itself,
 * what would keep one record for all; after that, what the backend and the consumers say about their options.
 */
export async function appFrom(container: Container): Promise<App> {
  const { problems, shared: services } = containerProblems(container);
  if (problems.length > 0) throw new InvalidConfigError('container', problems);
  try {
    const app = await container.getAsync(tokens.app);
    container.get(shared).app = app;
    for (const service of services) await make(container, service);
    return app;
  } catch (error) {
    container.get(shared).failure = error;
    throw asConfigError(error);
  }
}

async function make(container: Container, service: Service<unknown>): Promise<void> {
  try {
    await container.getAsync(service);
  } catch (error) {
    // Bound by inversify itself, for each call.
    if (!(error instanceof MisplacedError)) throw error;
  }
}
