import type { Container, ContainerModule } from 'inversify';
import { type App, InvalidConfigError } from '../core/index.ts';
import { appModule } from './app-module.ts';
import { CallSlot, callSlot } from './call-scope.ts';
import { callTokensModule } from './call-tokens.ts';
import { asConfigError } from './config-error.ts';
import { containerProblems } from './container-problems.ts';
import { inversify } from './load-inversify.ts';
import { ownContainer } from './own-container.ts';
import { tokens } from './tokens.ts';

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
 * Nothing is made before `appFrom`.
 */
export async function appContainer(...modules: readonly ContainerModule[]): Promise<Container> {
  const container = new inversify.Container();
  container.bind(ownContainer).toConstantValue(container);
  container.bind(callSlot).toConstantValue(new CallSlot());
  await container.loadAsync(appModule(), callTokensModule(), ...modules);
  return container;
}

/**
 * The application of the container, not started. The same one each time.
 *
 * @throws InvalidConfigError with all problems at once: what is needed and not bound, what is bound twice, what needs itself;
 * after that, what the backend and the consumers say about their options.
 */
export async function appFrom(container: Container): Promise<App> {
  const problems = containerProblems(container);
  if (problems.length > 0) throw new InvalidConfigError('container', problems);
  try {
    return await container.getAsync(tokens.app);
  } catch (error) {
    throw asConfigError(error);
  }
}
