import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** How far a long command is. */
export interface Progress {
  /** So many more are done. */
  add(count: number): void;
  stop(): void;
}

export interface Task {
  readonly what: string;
  /** 0: nobody knows. */
  readonly total: number;
  /** What is counted. */
  readonly unit: string;
}

/** A bar on standard error where somebody watches and the end is known; nothing where not. */
export function progress(terminal: Terminal, { what, total, unit }: Task): Progress {
  if (terminal.stderr.isTTY !== true || total === 0) return { add() {}, stop() {} };
  const bar = new SingleBar(
    {
      format: `${what} {bar} {percentage} % | {value} of {total} ${unit} | {eta_formatted} left`,
      stream: terminal.stderr as NodeJS.WritableStream,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_grey,
  );
  bar.start(total, 0);
  return { add: (count) => bar.increment(count), stop: () => bar.stop() };
}
