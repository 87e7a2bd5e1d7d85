import type { Context, Link, Span, Tracer } from '@opentelemetry/api';
import {
  type ConsumerRecord,
  type HandlingCall,
  type Header,
  type Middleware,
  PartitaError,
  type ProduceCall,
  type ProduceChanges,
} from '../core/index.ts';
import { headerGetter, textSetter, withHeaders } from './carrier.ts';
import { type Conventions, processAttributes, sendAttributes, spanName } from './conventions.ts';
import type { loadApi } from './load-api.ts';
import type { SpanBudget } from './span-budget.ts';

/** Spans of a batch are linked to so many of its records: as many links as SDKs keep by default. */
const maxLinks = 128;

interface TracingDeps {
  readonly api: ReturnType<typeof loadApi>;
  /** Asked for each span. */
  readonly tracer: () => Tracer;
  readonly conventions: Conventions;
  readonly budget: SpanBudget;
}

/**
 * A span around each call of a handler and each write. Trace context travels in the headers of records: a handler's span is a
 * child of the write of its record; that of a batch is linked to the writes of its records. Whatever the handler starts is inside
 * of its span.
 */
export function tracing(deps: TracingDeps): Middleware {
  const { api, tracer, conventions, budget } = deps;
  const { context, trace, SpanKind } = api;
  return {
    name: 'tracing',
    deadLetters: true,
    wants: () => budget.take(),
    async handle(call, next) {
      budget.tell(call.env.log);
      const parent = call.kind === 'record' ? contextOf(deps, call.records[0]) : api.ROOT_CONTEXT;
      const links = call.kind === 'batch' ? linksOf(deps, call.records) : [];
      const span = tracer().startSpan(
        spanName(conventions, 'process', call.topic),
        { kind: SpanKind.CONSUMER, attributes: processAttributes(conventions, call), links },
        parent,
      );
      const work = () =>
        context.with(trace.setSpan(parent, span), async () => {
          const { skipped, failures } = await next();
          if (skipped !== undefined) span.addEvent('skipped', { ...skipped });
          if (failures.size > 0) failedInPart(deps, span, call, failures);
        });
      // What had not begun when its partition came to rest is read again: no failure.
      const isFailure = (error: unknown) => !call.resting.aborted || error !== call.resting.reason;
      await watched(deps, span, work, isFailure);
    },
    async produce(call, next) {
      const { parent, links } = writerOf(deps, call);
      if (!budget.take()) return next(withContext(deps, call, parent));
      const attributes = sendAttributes(conventions, call);
      const span = tracer().startSpan(
        spanName(conventions, 'send', call.topic),
        { kind: SpanKind.PRODUCER, attributes, links },
        parent,
      );
      const inside = trace.setSpan(parent, span);
      const changes = withContext(deps, call, inside);
      return watched(deps, span, () => context.with(inside, () => next(changes)));
    },
  };
}

/** What a write belongs to: what is under way, or, of a handler that has no span, the records it was called with. */
function writerOf(
  deps: TracingDeps,
  { handling = [] }: ProduceCall,
): { readonly parent: Context; readonly links: Link[] } {
  const { context, trace } = deps.api;
  const parent = context.active();
  if (handling.length === 0 || trace.getSpan(parent) !== undefined) return { parent, links: [] };
  if (handling.length > 1) return { parent, links: linksOf(deps, handling) };
  return { parent: contextOf(deps, handling[0], parent), links: [] };
}

/** The records of a write with trace context in their headers. What failed keeps that of its record: it is that record. */
function withContext({ api }: TracingDeps, call: ProduceCall, inside: Context): ProduceChanges {
  if (call.origin === 'deadLetter' || call.origin === 'park') return {};
  const carrier = new Map<string, string>();
  api.propagation.inject(inside, carrier, textSetter);
  if (carrier.size === 0) return {};
  const headers = [...carrier].map(
    ([name, value]): Header => ({ name, value: Buffer.from(value) }),
  );
  return { records: call.records.map((record) => withHeaders(record, headers)) };
}

/** Ends the span when the work does, and says how it ended. */
async function watched<T>(
  { api }: TracingDeps,
  span: Span,
  work: () => Promise<T>,
  isFailure: (error: unknown) => boolean = () => true,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error)) {
      span.addEvent('left for later');
      throw error;
    }
    span.recordException(error instanceof Error ? error : String(error));
    span.setAttribute('error.type', errorType(error));
    span.setStatus({ code: api.SpanStatusCode.ERROR, message: messageOf(error) });
    throw error;
  } finally {
    span.end();
  }
}

function failedInPart(
  { api }: TracingDeps,
  span: Span,
  call: HandlingCall,
  failures: ReadonlyMap<number, unknown>,
): void {
  for (const [index, error] of failures)
    span.addEvent('failed', {
      'partita.offset': call.records[index]?.offset ?? -1,
      'error.type': errorType(error),
    });
  const message = `${failures.size} of ${call.records.length} records failed`;
  span.setStatus({ code: api.SpanStatusCode.ERROR, message });
}

function contextOf(
  { api }: TracingDeps,
  record: ConsumerRecord | undefined,
  base: Context = api.ROOT_CONTEXT,
): Context {
  const { headers = [] } = record ?? {};
  return headers.length === 0 ? base : api.propagation.extract(base, headers, headerGetter);
}

function linksOf(deps: TracingDeps, records: readonly ConsumerRecord[]): Link[] {
  const links: Link[] = [];
  for (const record of records) {
    if (links.length === maxLinks) break;
    if (record.headers.length === 0) continue;
    const context = deps.api.trace.getSpanContext(contextOf(deps, record));
    if (context !== undefined) links.push({ context });
  }
  return links;
}

function errorType(error: unknown): string {
  if (PartitaError.is(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
