/** A time with its unit: `500ms`, `30s`, `5m`, `1h`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

/** A size with its unit: `512B`, `64KiB`, `8MiB`, `1GiB`. */
export type Size = `${number}${'B' | 'KiB' | 'MiB' | 'GiB'}`;

/**
 * A module and one of its exports: `./orders.ts#handle`, seen from the folder of the configuration file. Without `#name` the
 * default export.
 */
export type Reference = `./${string}` | `../${string}` | `/${string}` | `file:${string}`;

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const bytes: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1_024,
  MiB: 1_024 ** 2,
  GiB: 1_024 ** 3,
};

/** `30s` → 30_000. */
export function toMs(duration: Duration): number {
  return inUnits(duration, milliseconds);
}

/** `64KiB` → 65_536. */
export function toBytes(size: Size): number {
  return inUnits(size, bytes);
}

function inUnits(text: string, units: Readonly<Record<string, number>>): number {
  const number = Number.parseFloat(text);
  const unit = text.replace(/^[\d.]+/, '');
  return Math.round(number * (units[unit] ?? Number.NaN));
}

/** 90_000 → `1m 30s`; for sentences. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'without end';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  const minutes = seconds / 60;
  if (minutes < 120) return `${Number(minutes.toFixed(1))} min`;
  return `${Number((minutes / 60).toFixed(1))} h`;
}
