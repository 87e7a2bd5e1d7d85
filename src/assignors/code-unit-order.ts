/** Orders by UTF-16 code units, as Java's `String.compareTo`; never by locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
