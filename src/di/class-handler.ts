import type { Container } from 'inversify';
import { type BatchContext, InvalidConfigError, type RecordContext } from '../core/index.ts';
import type { AnyClass } from './bindings.ts';
import { CallScope, type CallSlot, callSlot } from './call-scope.ts';
import { asConfigError } from './config-error.ts';
import type { Token } from './token.ts';

/** What a class of a handler's object has: one of the two. */
export interface HandlerInstance<T> {
  handle?(value: T, context: RecordContext): unknown;
  handleBatch?(values: readonly T[], context: BatchContext): unknown;
}

type Method = 'handle' | 'handleBatch';

/** The functions that a consumer gets for a class: each call makes an object of it, and disposes of what was made for it. */
export function classHandler(
  container: Container,
  service: AnyClass,
  method: Method,
): (value: unknown, context: RecordContext | BatchContext) => unknown {
  const slot: CallSlot = container.get(callSlot);
  const make = () => container.get(service as Token<Record<Method, CallHandler>>);
  return (value, context) => {
    const scope = new CallScope(context);
    let result: unknown;
    try {
      result = slot.during(scope, make)[method](value, context);
    } catch (error) {
      if (scope.isEmpty) throw asConfigError(error);
      return disposeAfter(Promise.reject(asConfigError(error)), scope);
    }
    return scope.isEmpty ? result : disposeAfter(result, scope);
  };
}

type CallHandler = (value: unknown, context: RecordContext | BatchContext) => unknown;

/** When both fail, the handler's failure is what the error policy hears of. */
async function disposeAfter(result: unknown, scope: CallScope): Promise<void> {
  let failed = false;
  let failure: unknown;
  try {
    await result;
  } catch (error) {
    failed = true;
    failure = error;
  }
  try {
    await scope[Symbol.asyncDispose]();
  } catch (error) {
    if (!failed) throw error;
  }
  if (failed) throw failure;
}

/** Which of the two methods a class has. @throws InvalidConfigError when it has both, or none. */
export function handlerMethod(handler: AnyClass): Method {
  const has = (method: Method) => typeof handler?.prototype?.[method] === 'function';
  if (has('handle') !== has('handleBatch')) return has('handle') ? 'handle' : 'handleBatch';
  const found = has('handle') ? 'has both handle and' : 'has neither handle nor';
  const name = typeof handler === 'function' ? handler.name : String(handler);
  throw new InvalidConfigError('handler', [
    `the class ${name} ${found} handleBatch; give a class with one of them`,
  ]);
}
