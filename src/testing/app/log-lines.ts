import type { LogFields, Logger } from '../../core/index.ts';

/** A line of the log. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

/** Writes down instead of printing. */
export function recordingLogger(lines: LogLine[]): Logger {
  const line =
    (level: keyof Logger) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
