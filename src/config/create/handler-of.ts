import type { ConsumerConfig } from '../app-config.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { type ConfigPath, pathText } from '../source.ts';
import type { ConsumerHandler, HandlerFunction, HandlerObject } from './app-parts.ts';
import { consumerName } from './consumer-name.ts';
import type { References } from './references.ts';

const names = ['handle', 'handleBatch', 'open', 'close'] as const;

type Methods = 'handle' | 'handleBatch' | 'open' | 'close';

/** The functions of a consumer: those of the program, else those of the module that `handler` names. */
export async function handlerOf(
  consumer: ConsumerConfig,
  path: ConfigPath,
  given: Readonly<Record<string, ConsumerHandler>> | undefined,
  references: References,
): Promise<Pick<HandlerObject, Methods>> {
  const name = consumerName(consumer);
  const handler = given?.[name] ?? (await loaded(consumer, path, references));
  if (handler === undefined) return {};
  const isBatch = consumer.batch !== undefined;
  const problem =
    typeof handler === 'function' ? wrongFunction(handler) : wrongShape(handler, isBatch);
  if (problem !== undefined) {
    const where = [...path, 'handler'];
    references.problems.push({ path: where, text: `${pathText(where)}: ${problem}` });
    return {};
  }
  if (typeof handler !== 'function') return bound(handler);
  return isBatch ? { handleBatch: handler } : { handle: handler };
}

async function loaded(consumer: ConsumerConfig, path: ConfigPath, references: References) {
  if (consumer.handler === undefined) {
    const name = consumerName(consumer);
    references.problems.push(missing(path, name));
    return undefined;
  }
  return references.load(
    consumer.handler,
    [...path, 'handler'],
    'a function, or an object with handle or handleBatch',
    isHandler,
  );
}

function missing(path: ConfigPath, name: string): ConfigProblem {
  const where = pathText([...path, 'handler']);
  return {
    path,
    text: `${where} is missing: name a module such as './${name}.ts#handle', or give parts.handlers['${name}']`,
  };
}

function isHandler(value: unknown): value is ConsumerHandler {
  if (typeof value === 'function') return true;
  const { handle, handleBatch } = Object(value) as HandlerObject;
  return typeof handle === 'function' || typeof handleBatch === 'function';
}

/** A class can only be told from a function by its source. */
function wrongFunction(handler: HandlerFunction): string | undefined {
  const isClass = /^class\b/.test(Function.prototype.toString.call(handler));
  return isClass
    ? 'the export is a class, expected an object of it: export const handler = new …'
    : undefined;
}

function wrongShape(handler: HandlerObject, isBatch: boolean): string | undefined {
  const { handle, handleBatch } = handler;
  for (const name of names)
    if (handler[name] !== undefined && typeof handler[name] !== 'function')
      return `${name} of the object is a ${typeof handler[name]}, expected a function`;
  if (handle !== undefined && handleBatch !== undefined)
    return 'the object has both handle and handleBatch, expected one of them';
  if (isBatch && handleBatch === undefined)
    return 'the object has no handleBatch, but batch is given; leave batch out, or write one';
  if (!isBatch && handleBatch !== undefined)
    return 'the object has handleBatch, but the consumer has no batch; write batch: {}';
  return undefined;
}

/** As methods of the object they come from: it may have a state of its own. */
function bound(handler: HandlerObject): HandlerObject {
  return Object.fromEntries(
    names
      .filter((name) => typeof handler[name] === 'function')
      .map((name) => [name, handler[name]?.bind(handler)]),
  );
}
