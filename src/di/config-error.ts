import { InvalidConfigError } from '../core/index.ts';

const bound = /^(Ambiguous|No) bindings found for service: "([^"]*)"/;
const asker = /Trying to resolve bindings for "([^"]*?)(?: \(Root service\))?"/;
const waits = /^Unexpected asynchronous service when resolving service "([^"]*)"/;
const circle = /^Circular dependency found: (.*)/;

/** What inversify says in a paragraph, as one sentence; any other error as it is. */
export function asConfigError(error: unknown): unknown {
  if (!(error instanceof Error) || !/^Inversify\w*Error$/.test(error.constructor.name))
    return error;
  const problem = problemOf(error.message);
  if (problem === undefined) return error;
  const translated = new InvalidConfigError('container', [problem]);
  translated.cause = error;
  return translated;
}

function problemOf(message: string): string | undefined {
  const late = waits.exec(message)?.[1];
  if (late !== undefined) return madeLate(late);
  const chain = circle.exec(message)?.[1];
  if (chain !== undefined) return circular(chain.split(' -> '));
  const [, kind, service = ''] = bound.exec(message) ?? [];
  const by = asker.exec(message)?.[1];
  if (kind === 'Ambiguous') return boundTwice(service);
  return kind === 'No' ? notBound(service, by === service ? undefined : by) : undefined;
}

export function boundTwice(service: string): string {
  return `${service} is bound more than once; bind it once, and replace it with container.rebind()`;
}

export function notBound(service: string, by?: string): string {
  return `${service} is not bound${by === undefined ? '' : `, and ${by} needs it`}; bind it, or load the module that does`;
}

function madeLate(service: string): string {
  return `${service}, or what it needs, is made asynchronously for each record; bind that inSingletonScope(), so that it is made once, before the start`;
}

/** What is made once would keep what it got for the first record. */
export function keepsCall(service: string, needed: string): string {
  return `${service} is made once, and needs ${needed}, which there is one of for each record; bind ${service} by perRecord()`;
}

export function circular(chain: readonly string[]): string {
  return `${chain.join(' needs ')}: nothing can be made first; let one of them get what it needs when it is called`;
}
