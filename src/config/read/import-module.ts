/** A module, or why there is none. */
export type ImportedModule =
  | { readonly exports: Readonly<Record<string, unknown>> }
  | { readonly problem: string };

export async function importModule(url: string): Promise<ImportedModule> {
  try {
    return { exports: (await import(url)) as Record<string, unknown> };
  } catch (error) {
    return { problem: why(error) };
  }
}

function why(error: unknown): string {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const text = String(message ?? error);
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return text;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return `${text}; this Node.js does not run TypeScript by itself: use version 22.18 or later`;
  return `the module failed while it was loaded: ${text}`;
}
