import type { Container, ContainerModule } from 'inversify';
import type {
  Assignor,
  ConsumerRecord,
  ConsumerSettings,
  Decoder,
  Middleware,
  RecordConsumerOptions,
  Topics,
} from '../core/index.ts';
import { type AnyClass, bindHandler } from './bindings.ts';
import { classHandler, type HandlerInstance, handlerMethod } from './class-handler.ts';
import type { ConsumerDeclaration } from './consumer-declaration.ts';
import { noteDependencies } from './dependencies.ts';
import { inversify } from './load-inversify.ts';
import { ownContainer } from './own-container.ts';
import type { ServicesFor } from './token.ts';
import { tokens } from './tokens.ts';

/** The options of `app.consume`, with a class in the place of the handler. */
export type ClassConsumerOptions<T, C extends AnyClass> = ConsumerSettings & {
  readonly value?: Decoder<T>;
  readonly middleware?: readonly Middleware[];
  /** Has `handle(value, context)` or `handleBatch(values, context)`. Made for each call. */
  readonly handler: C & (new (...args: never[]) => HandlerInstance<NoInfer<T>>);
  /** What its constructor gets, argument by argument. */
  readonly inject: ServicesFor<ConstructorParameters<C>>;
};

/**
 * A consumer whose handler is a class with injected services. For each record (each batch, when the class has `handleBatch`)
 * an object is made, together with the services bound by `perRecord`; what of it can be disposed of is, afterwards.
 *
 * ```ts
 * consumerModule('orders', { group: 'billing', onError: stopPartition(), value: json(Order), handler: ChargeOrder, inject: [Payments] })
 * ```
 */
export function consumerModule<C extends AnyClass, T = ConsumerRecord>(
  topics: Topics,
  options: ClassConsumerOptions<T, C>,
): ContainerModule {
  const { handler, inject, ...settings } = options;
  const method = handlerMethod(handler);
  return new inversify.ContainerModule((container) => {
    const { bind } = container;
    bindHandler(container, handler, inject);
    const declare = (own: Container): ConsumerDeclaration => {
      const assignor: Assignor | undefined = own.get(tokens.assignor, { optional: true });
      const handling = { [method]: classHandler(own, handler, method) };
      const all = { ...(assignor !== undefined && { assignor }), ...settings, ...handling };
      return { topics, options: all as unknown as RecordConsumerOptions };
    };
    const binding = bind(tokens.consumer).toResolvedValue(declare, [ownContainer]);
    noteDependencies(binding, { service: tokens.consumer, needs: [handler], lives: 'once' });
  });
}
