import { memory } from '../../src/backends/memory/index.ts';
import {
  type App,
  type ConsumerOptions,
  deadLetter,
  type Middleware,
  partita,
} from '../../src/index.ts';
import { type TestApp, type TestAppOptions, testApp } from '../../src/testing/index.ts';

/** A consumer of `orders` with this middleware, under test. What fails is dead-lettered at once. */
export function consumerWith(
  middleware: readonly Middleware[],
  options: Readonly<Record<string, unknown>> = {},
  testOptions: TestAppOptions = {},
): Promise<TestApp> {
  return testApp(declaredWith(middleware, options), testOptions);
}

export function declaredWith(
  middleware: readonly Middleware[],
  options: Readonly<Record<string, unknown>> = {},
): App {
  const all = {
    group: 'billing',
    onError: deadLetter('dead'),
    ...(options.handleBatch === undefined && { handle: () => {} }),
    ...options,
    middleware,
  };
  return partita({ backend: memory() }).consume(
    'orders',
    all as unknown as ConsumerOptions as never,
  );
}
