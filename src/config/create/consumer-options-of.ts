import type { ConsumerOptions, StartPosition, Topics } from '../../core/index.ts';
import { isoTimeMs } from '../../system/iso-time.ts';
import type { ConsumerConfig, StartConfig, TopicsConfig } from '../app-config.ts';
import type { ConfigPath } from '../source.ts';
import type { AppParts } from './app-parts.ts';
import { assignorsOf } from './assignors-of.ts';
import { consumerName } from './consumer-name.ts';
import { decoderOf } from './decoder-of.ts';
import { errorPolicyOf } from './error-policy-of.ts';
import { handlerOf } from './handler-of.ts';
import { inMilliseconds } from './in-milliseconds.ts';
import { middlewareOf } from './middleware-of.ts';
import type { References } from './references.ts';

/** What `app.consume(topics, options)` gets for an entry of `consumers`. What cannot be loaded is a problem of `references`. */
export async function consumerOptionsOf(
  consumer: ConsumerConfig,
  path: ConfigPath,
  parts: AppParts,
  references: References,
): Promise<ConsumerOptions<unknown>> {
  const { topics: _topics, handler: _handler, onError, value, middleware, ...rest } = consumer;
  const { assignor, start, commit, batch, ...settings } = rest;
  const chosen = parts.assignors?.[consumerName(consumer)] ?? assignor;
  const options = {
    ...inMilliseconds(settings, path),
    start: start && startOf(start),
    commit: typeof commit === 'object' ? inMilliseconds(commit, [...path, 'commit']) : commit,
    batch: batch && inMilliseconds(batch, [...path, 'batch']),
    value: await decoderOf(value, [...path, 'value'], references),
    assignor: await assignorsOf(chosen, [...path, 'assignor'], references),
    middleware: await middlewareOf(middleware, [...path, 'middleware'], references),
    ...(await handlerOf(consumer, path, parts.handlers, references)),
    onError: await errorPolicyOf(onError, [...path, 'onError'], references),
  };
  const given = Object.entries(options).filter(([, option]) => option !== undefined);
  return Object.fromEntries(given) as unknown as ConsumerOptions<unknown>;
}

export function topicsOf(topics: TopicsConfig): Topics {
  return typeof topics === 'object' && 'pattern' in topics ? new RegExp(topics.pattern) : topics;
}

function startOf(start: StartConfig): StartPosition {
  if (typeof start === 'string') return start;
  return 'time' in start ? { timestampMs: isoTimeMs(start.time) } : start;
}
