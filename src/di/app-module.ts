import type { BindToFluentSyntax, ContainerModule } from 'inversify';
import { assignorByName } from '../assignors/index.ts';
import {
  type App,
  type BackendDefinition,
  type Clock,
  createApp,
  type Logger,
  type Middleware,
  type Partitioner,
  type Producer,
  type Random,
  type Telemetry,
} from '../core/index.ts';
import { realClock } from '../system/real-clock.ts';
import { realRandom } from '../system/real-random.ts';
import { stderrLogger } from '../system/stderr-logger.ts';
import { onTerminate } from '../system/terminate.ts';
import type { ConsumerDeclaration } from './consumer-declaration.ts';
import { noteDependencies } from './dependencies.ts';
import { lazyAdmin } from './lazy-admin.ts';
import { inversify } from './load-inversify.ts';
import type { Token } from './token.ts';
import { type AppSettings, tokens } from './tokens.ts';

/** The application, what is taken from it, and the parts that Partita brings. */
export function appModule(): ContainerModule {
  return new inversify.ContainerModule(({ bind }) => {
    bind(tokens.logger).toConstantValue(stderrLogger);
    bind(tokens.clock).toConstantValue(realClock);
    bind(tokens.random).toConstantValue(realRandom);
    bind(tokens.settings).toConstantValue({});
    bindApp(bind(tokens.app));
    bind(tokens.producer)
      .toResolvedValue(makeProducer, [tokens.app, ifBound(tokens.partitioner)] as never)
      .inSingletonScope();
    bind(tokens.admin).toResolvedValue(lazyAdmin, [tokens.app]).inSingletonScope();
  });
}

function bindApp(binding: BindToFluentSyntax<App>): void {
  const { backend, logger, clock, random, settings } = tokens;
  const needs = [backend, logger, clock, random, settings];
  const made = binding.toResolvedValue(makeApp, [
    ...needs,
    all(tokens.middleware),
    all(tokens.consumer),
    ifBound(tokens.telemetry),
  ] as never);
  made.inSingletonScope();
  noteDependencies(made, { service: tokens.app, needs, lives: 'once' });
}

function makeApp(
  backend: BackendDefinition,
  logger: Logger,
  clock: Clock,
  random: Random,
  settings: AppSettings,
  middleware: readonly Middleware[],
  consumers: readonly ConsumerDeclaration[],
  telemetry: Telemetry | undefined,
): App {
  const app = createApp(
    {
      ...settings,
      backend,
      logger,
      middleware,
      ...(telemetry !== undefined && { telemetry }),
    },
    { clock, random, logger, assignorByName, onTerminate },
  );
  for (const { topics, options } of consumers) app.consume(topics, options);
  return app;
}

function makeProducer(app: App, partitioner: Partitioner | undefined): Producer {
  return app.producer(partitioner === undefined ? {} : { partitioner });
}

function ifBound(service: Token<unknown>) {
  return { serviceIdentifier: service, optional: true };
}

function all(service: Token<unknown>) {
  return { serviceIdentifier: service, optional: true, isMultiple: true };
}
