const spellings: readonly (readonly [RegExp, string])[] = [
  [/^(ms|msecs?|millis|milliseconds?)$/i, 'ms'],
  [/^(s|secs?|seconds?)$/i, 's'],
  [/^(m|mins?|minutes?)$/i, 'm'],
  [/^(h|hrs?|hours?)$/i, 'h'],
  [/^(b|bytes?)$/i, 'B'],
  [/^(k|kb|kib)$/i, 'KiB'],
  [/^(m|mb|mib)$/i, 'MiB'],
  [/^(g|gb|gib)$/i, 'GiB'],
];

/** How a time or size with a wrong unit, or with none, is to be written. */
export function unitHint(expected: string, value: unknown): string {
  const isTime = expected.startsWith('a time with its unit');
  if (!isTime && !expected.startsWith('a size with its unit')) return '';
  if (typeof value === 'number')
    return `; a number alone has no unit: write ${isTime ? `${value}ms or ${value}s` : `${value}B`}`;
  if (/^\s*-/.test(String(value))) return '; it cannot be negative';
  if (/^\s*\d+(\.\d+)?\s*$/.test(String(value))) return '; a number alone has no unit';
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(String(value)) ?? [];
  const meant = (isTime ? spellings.slice(0, 4) : spellings.slice(4)).find(([spelling]) =>
    spelling.test(unit),
  );
  const isDays = isTime && /^d(ays?)?$/i.test(unit);
  if (isDays) return `; write ${Number(number) * 24}h`;
  if (number === undefined || unit === '') return '';
  return meant === undefined ? `; ${unit} is no unit` : `; write ${number}${meant[1]}`;
}

/** A module's path that lacks its beginning. */
export function referenceHint(expected: string, value: unknown): string {
  const isModule = typeof value === 'string' && /^[^./\s][^\s]*\.[mc]?[jt]s(#.*)?$/.test(value);
  return isModule && /module/.test(expected) ? `; write ./${value}` : '';
}
