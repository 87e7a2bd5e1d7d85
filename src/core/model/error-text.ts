/** The message of whatever was thrown. Never throws itself: users throw objects that have no text. */
export function errorText(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return `a thrown ${typeof error} without text`;
  }
}
