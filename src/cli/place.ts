import { InvalidArgumentError } from 'commander';
import { isoTimeMs } from '../system/iso-time.ts';
import { realClock } from '../system/real-clock.ts';

/** A place in a log, as people write it. */
export type Place =
  | { readonly kind: 'earliest' | 'latest' }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'shift'; readonly by: number }
  | { readonly kind: 'time'; readonly timestampMs: number };

/** A place that needs no other one. */
export type StartPlace = Exclude<Place, { readonly kind: 'shift' }>;

const timeForms = 'a time (2026-05-01T00:00:00Z) or how long ago (30m)';
export const placeForms: string = `earliest, latest, an offset (1042), a shift (+10, -10), ${timeForms}`;
export const startForms: string = `earliest, latest, an offset (1042), ${timeForms}`;

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** For options of the command line. */
export function parsePlace(text: string): Place {
  if (/^[+-]\d+$/.test(text)) return { kind: 'shift', by: Number(text) };
  return placeOf(text, placeForms);
}

/** The same where there is nothing to shift from. */
export function parseStart(text: string): StartPlace {
  return placeOf(text, startForms);
}

function placeOf(text: string, forms: string): StartPlace {
  if (text === 'earliest' || text === 'latest') return { kind: text };
  if (/^\d+$/.test(text)) return { kind: 'offset', offset: Number(text) };
  const [, number, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number !== undefined && unit !== undefined)
    return { kind: 'time', timestampMs: realClock.now() - Number(number) * (unitMs[unit] ?? 0) };
  const timestampMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? isoTimeMs(text) : Number.NaN;
  if (Number.isNaN(timestampMs)) throw new InvalidArgumentError(`Give ${forms}.`);
  return { kind: 'time', timestampMs };
}
