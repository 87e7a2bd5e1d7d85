import type { Container, ContainerModule } from 'inversify';
import type { AppConfig, AppParts } from '../config/index.ts';
import { type App, InvalidConfigError } from '../core/index.ts';
import { type AnyClass, bindHandler } from './bindings.ts';
import { classHandler, handlerMethod } from './class-handler.ts';
import { noteDependencies } from './dependencies.ts';
import { inversify } from './load-inversify.ts';
import { type NamedHandler, namedHandler } from './named-handler.ts';
import { ownContainer } from './own-container.ts';
import type { ServicesFor, Token } from './token.ts';
import { tokens } from './tokens.ts';

export interface ConfigModuleOptions {
  /** Folder that paths in the configuration are seen from. @default that of the file it was read from, else the current one */
  readonly baseFolder?: string;
}

/**
 * The application that a configuration describes. Parts that are bound besides take the place of what it names: backend,
 * checkpoint store, telemetry, settings, handlers by `handlerModule`, and the assignor of consumers that name none; its logger is `tokens.logger`, and replaced by a rebind. Middleware
 * that is bound goes around that of the configuration.
 *
 * ```ts
 * const config = await readConfig('app.yaml');
 * const container = await appContainer(configModule(config), handlerModule('billing', ChargeOrder, [Payments]));
 * ```
 */
export function configModule(
  config: AppConfig,
  options: ConfigModuleOptions = {},
): ContainerModule {
  return new inversify.ContainerModule(async ({ bind, rebind }) => {
    const { createAppFromConfig, loggerOf } = await import('../config/index.ts');
    bind(tokens.config).toConstantValue(config);
    rebind(tokens.logger).toConstantValue(await loggerOf(config.logger));
    const make = async (container: Container): Promise<App> =>
      createAppFromConfig(config, { ...options, parts: await partsOf(container, config) });
    const binding = rebind(tokens.app).toResolvedValue(make, [ownContainer]);
    binding.inSingletonScope();
    const needs = [tokens.logger, tokens.clock, tokens.random];
    noteDependencies(binding, { service: tokens.app, needs, lives: 'once' });
  });
}

/**
 * A class as the handler of the consumer with this name in the configuration, in the place of the module it names. Made for
 * each call, as with `consumerModule`.
 */
export function handlerModule<C extends AnyClass>(
  consumer: string,
  handler: C,
  inject: ServicesFor<ConstructorParameters<C>>,
): ContainerModule {
  const method = handlerMethod(handler);
  return new inversify.ContainerModule((container) => {
    const { bind } = container;
    bindHandler(container, handler, inject);
    const named = (own: Container): NamedHandler => {
      const call = classHandler(own, handler, method);
      return { consumer, handler: { [method]: call } };
    };
    const binding = bind(namedHandler).toResolvedValue(named, [ownContainer]);
    noteDependencies(binding, { service: namedHandler, needs: [handler], lives: 'once' });
  });
}

/** @throws InvalidConfigError when a consumer has two. */
function checkOnce(handlers: readonly NamedHandler[]): void {
  const names = handlers.map(({ consumer }) => consumer);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
  if (twice.length === 0) return;
  const problems = twice.map((name) => `the consumer ${name} has more than one handlerModule`);
  throw new InvalidConfigError('container', problems);
}

/** Whatever is bound. */
async function partsOf(container: Container, { consumers }: AppConfig): Promise<AppParts> {
  const { consumerName } = await import('../config/index.ts');
  const one = <T>(service: Token<T>) => container.getAsync(service, { optional: true });
  const handlers = await container.getAllAsync(namedHandler);
  checkOnce(handlers);
  const assignor = await one(tokens.assignor);
  const without = (consumers ?? []).filter((consumer) => consumer.assignor === undefined);
  const parts = {
    backend: await one(tokens.backend),
    checkpoints: await one(tokens.checkpointStore),
    telemetry: await one(tokens.telemetry),
    logger: await one(tokens.logger),
    clock: await one(tokens.clock),
    random: await one(tokens.random),
    middleware: await container.getAllAsync(tokens.middleware),
    settings: await one(tokens.settings),
    assignors: assignor && Object.fromEntries(without.map((one) => [consumerName(one), assignor])),
    handlers: Object.fromEntries(handlers.map(({ consumer, handler }) => [consumer, handler])),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}
