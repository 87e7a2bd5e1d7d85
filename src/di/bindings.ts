import type { Bind, ContainerModule } from 'inversify';
import { type CallSlot, callSlot } from './call-scope.ts';
import { noteDependencies } from './dependencies.ts';
import { inversify } from './load-inversify.ts';
import type { Service, ServicesFor } from './token.ts';

/** Any class that can be made. */
// biome-ignore lint/suspicious/noExplicitAny: its arguments are checked against the services given for them.
export type AnyClass = new (...args: any[]) => unknown;

/** A class that is made once, when somebody first needs it. `inject` says what its constructor gets, argument by argument. */
export function singleton<C extends AnyClass>(
  service: C,
  inject: ServicesFor<ConstructorParameters<C>>,
): ContainerModule {
  const needs: readonly Service<unknown>[] = inject;
  const make = (...args: unknown[]) => new service(...args);
  return new inversify.ContainerModule(({ bind }) => {
    const binding = bind<unknown>(service).toResolvedValue(make, [...needs]);
    binding.inSingletonScope();
    noteDependencies(binding, { service, needs });
  });
}

/**
 * A class that is made for each call of a handler: everything made for that call shares one, and it may ask for
 * `tokens.context`. When it has `[Symbol.dispose]` or `[Symbol.asyncDispose]`, that is called after the handler.
 */
export function perRecord<C extends AnyClass>(
  service: C,
  inject: ServicesFor<ConstructorParameters<C>>,
): ContainerModule {
  return new inversify.ContainerModule(({ bind }) => bindPerRecord(bind, service, inject));
}

export function bindPerRecord(
  bind: Bind,
  service: AnyClass,
  needs: readonly Service<unknown>[],
): void {
  const make = (slot: CallSlot, ...args: unknown[]) => {
    const made = new service(...args);
    return slot.current?.adopt(made) ?? made;
  };
  const binding = bind<unknown>(service).toResolvedValue(make, [callSlot, ...needs]);
  binding.inRequestScope();
  noteDependencies(binding, { service, needs });
}
