import { schemasAt } from '../schema/branches.ts';
import { durationPattern, sizePattern } from '../schema/values.ts';
import type { ConfigPath } from '../source.ts';
import { type Duration, type Size, toBytes, toMs } from '../values.ts';

/**
 * Settings as code spells them: `drainTimeout: '30s'` is `drainTimeoutMs: 30_000` there, `highBytes: '8MiB'` a number of
 * bytes. Inner objects likewise. The schema knows which they are: a group may be called `30s`.
 *
 * @param path where in the configuration the settings stand
 */
export function inMilliseconds(settings: object, path: ConfigPath): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => spelled(key, value, [...path, key])),
  );
}

function spelled(key: string, value: unknown, path: ConfigPath): [string, unknown] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return [key, inMilliseconds(value, path)];
  if (typeof value !== 'string') return [key, value];
  const patterns = schemasAt(path).map(({ pattern }) => pattern);
  if (patterns.includes(durationPattern.source)) return [`${key}Ms`, toMs(value as Duration)];
  if (patterns.includes(sizePattern.source)) return [key, toBytes(value as Size)];
  return [key, value];
}
