import type {
  Meter,
  MeterProvider,
  ObservableResult,
  Tracer,
  TracerProvider,
} from '@opentelemetry/api';
import {
  type Cancel,
  type Clock,
  InvalidConfigError,
  OptionCheck,
  show,
  type Telemetry,
} from '../core/index.ts';
import { environment } from '../system/environment.ts';
import { realClock } from '../system/real-clock.ts';
import { type Conventions, conventionsOf } from './conventions.ts';
import { type Load, loadApi } from './load-api.ts';
import { observeMetrics } from './metrics.ts';
import { forgetsWhatIsGone } from './prometheus.ts';
import { SpanBudget } from './span-budget.ts';
import { tracing } from './tracing.ts';

export interface OpenTelemetryOptions {
  /** Spans around handlers and writes? Or whose. @default true: the global provider's */
  readonly traces?: boolean | TracerProvider;
  /** Metrics? Or whose. @default true: the global provider's */
  readonly metrics?: boolean | MeterProvider;
  /** Names of span attributes. @default what OTEL_SEMCONV_STABILITY_OPT_IN says, else 'v1.24' */
  readonly conventions?: Conventions;
  /**
   * Most spans that begin in a second, of handlers and writes together; `Infinity` for all. A span costs a few microseconds,
   * and an exporter that cannot keep up drops them. The others have none and are counted, in the metric
   * `partita.tracing.left_out`; what they publish stays in the trace. @default 5_000
   */
  readonly maxSpansPerSecond?: number;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** What the instruments call themselves. */
const scope = 'partita';

/**
 * Spans and metrics of an application through the OpenTelemetry API; what becomes of them is the business of the SDK that the
 * program has set up. `docs/telemetry.md` lists them.
 *
 * ```ts
 * const app = partita({ backend, telemetry: openTelemetry() });
 * ```
 *
 * @throws InvalidConfigError with all problems of the options at once; PartitaError `MISSING_PEER` without @opentelemetry/api.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}, load?: Load): Telemetry {
  const api = loadApi(load);
  const { traces, metrics, conventions, maxSpansPerSecond, clock } = resolve(options);
  const budget = new SpanBudget(maxSpansPerSecond, clock);
  const meters = metrics === true ? api.metrics : metrics;
  const spans = (given: true | TracerProvider) =>
    tracing({ api, tracer: tracerFrom(api, given), conventions, budget });
  return {
    middleware: traces === false ? [] : [spans(traces)],
    observe(app): Cancel {
      if (meters === false) return () => {};
      const meter = meters.getMeter(scope);
      const keepsTelling = !forgetsWhatIsGone(meters);
      const ends = [
        observeMetrics(meter, { clock, keepsTelling }, app),
        observeLeftOut(meter, budget),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

function observeLeftOut(meter: Meter, budget: SpanBudget): Cancel {
  const counter = meter.createObservableCounter('partita.tracing.left_out', {
    unit: '{call}',
    description:
      'Calls of handlers and writes that had no span, because there were more than maxSpansPerSecond.',
  });
  const collect = (result: ObservableResult) => result.observe(budget.leftOut);
  counter.addCallback(collect);
  return () => counter.removeCallback(collect);
}

/**
 * The tracer of the provider that is set now. An application is often declared before the program sets one; a tracer taken then
 * would never hear of it when the program has loaded another copy of the API, as programs in ESM do.
 */
function tracerFrom(api: ReturnType<typeof loadApi>, given: true | TracerProvider): () => Tracer {
  let provider: TracerProvider | undefined;
  let tracer: Tracer | undefined;
  return () => {
    const current = given === true ? api.trace.getTracerProvider() : given;
    if (tracer === undefined || current !== provider) tracer = current.getTracer(scope);
    provider = current;
    return tracer;
  };
}

function resolve(options: OpenTelemetryOptions): Required<OpenTelemetryOptions> {
  const check = new OptionCheck();
  const given: Partial<OpenTelemetryOptions> = check.object('options', options);
  check.known('', given, ['traces', 'metrics', 'conventions', 'maxSpansPerSecond', 'clock']);
  check.oneOf('conventions', given.conventions, ['v1.24', 'messaging', 'messaging/dup']);
  const provider = (name: 'traces' | 'metrics', method: string) => {
    const value: unknown = given[name];
    if (value === undefined || typeof value === 'boolean') return;
    if (typeof Object(value)[method] !== 'function')
      check.problem(
        `${name} is no provider: give one with ${method}(), or true for the global one`,
      );
  };
  const most: unknown = given.maxSpansPerSecond ?? 1;
  if (typeof most !== 'number' || !(most > 0))
    check.problem(`maxSpansPerSecond is ${show(most)}, expected a number above 0, or Infinity`);
  provider('traces', 'getTracer');
  provider('metrics', 'getMeter');
  if (check.problems.length > 0) throw new InvalidConfigError('telemetry options', check.problems);
  const { traces = true, metrics = true, maxSpansPerSecond = 5_000, clock = realClock } = given;
  const conventions = given.conventions ?? conventionsOf(environment.OTEL_SEMCONV_STABILITY_OPT_IN);
  return { traces, metrics, conventions, maxSpansPerSecond, clock };
}
