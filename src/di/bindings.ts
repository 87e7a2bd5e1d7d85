import type { Bind, ContainerModule, ContainerModuleLoadOptions } from 'inversify';
import { type CallSlot, callSlot } from './call-scope.ts';
import { checkInject } from './check-inject.ts';
import { bindingsOf, noteDependencies } from './dependencies.ts';
import { inversify } from './load-inversify.ts';
import { type Shared, shared } from './shared.ts';
import type { Service, ServicesFor } from './token.ts';

/** Any class that can be made. */
// biome-ignore lint/suspicious/noExplicitAny: its arguments are checked against the services given for them.
export type AnyClass = new (...args: any[]) => unknown;

/**
 * A class that is made once: by `appFrom` when a handler needs it, else when somebody first asks for it. `inject` says what its
 * constructor gets, argument by argument. When it has `[Symbol.dispose]` or `[Symbol.asyncDispose]`, that is called when the
 * container is disposed of.
 *
 * @throws InvalidConfigError when `inject` does not fit the constructor.
 */
export function singleton<C extends AnyClass>(
  service: C,
  inject: ServicesFor<ConstructorParameters<C>>,
): ContainerModule {
  checkInject(service, inject);
  const needs: readonly Service<unknown>[] = inject;
  const make = (all: Shared, ...args: unknown[]) => all.adopt(new service(...args));
  return new inversify.ContainerModule(({ bind }) => {
    const binding = bind<unknown>(service).toResolvedValue(make, [shared, ...needs]);
    binding.inSingletonScope();
    noteDependencies(binding, { service, needs, lives: 'once' });
  });
}

/**
 * A class that is made for each call of a handler: everything made for that call shares one, and it may ask for
 * `tokens.context`. When it has `[Symbol.dispose]` or `[Symbol.asyncDispose]`, that is called after the handler.
 *
 * @throws InvalidConfigError when `inject` does not fit the constructor.
 */
export function perRecord<C extends AnyClass>(
  service: C,
  inject: ServicesFor<ConstructorParameters<C>>,
): ContainerModule {
  checkInject(service, inject);
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
  noteDependencies(binding, { service, needs, lives: 'call' });
}

/** Binds the class of a handler, unless it is bound already. Twice with other arguments is twice, and `appFrom` says so. */
export function bindHandler(
  { bind, isBound }: Pick<ContainerModuleLoadOptions, 'bind' | 'isBound'>,
  handler: AnyClass,
  needs: readonly Service<unknown>[],
): void {
  const { noted, others } = bindingsOf({ isBound }, handler);
  if (others) return;
  checkInject(handler, needs);
  const isThere = noted.some(
    (one) => one.lives === 'once' || one.needs.every((need, index) => need === needs[index]),
  );
  if (!isThere) bindPerRecord(bind, handler, needs);
}
