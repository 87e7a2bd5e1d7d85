import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** How far a long command is. */
export interface Progress {
  /** So many more are done. */
  add(count: number): void;
  stop(): void;
}

/** A bar on standard error where somebody watches; nothing where not. */
export function progress(terminal: Terminal, what: string, total: number): Progress {
  if (terminal.stderr.isTTY !== true) return { add() {}, stop() {} };
  const bar = new SingleBar(
    {
      format: `${what} {bar} {percentage} % | {value} of {total} | {eta_formatted} left`,
      stream: terminal.stderr as NodeJS.WritableStream,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_grey,
  );
  bar.start(total, 0);
  return { add: (count) => bar.increment(count), stop: () => bar.stop() };
}
