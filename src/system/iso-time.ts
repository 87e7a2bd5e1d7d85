/** `2026-05-01T00:00:00Z` as milliseconds since 1970. */
export function isoTimeMs(text: string): number {
  return Date.parse(text);
}
