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

/** Columns for what stands beside the bar. */
const roomForText = 60;

/** A bar on standard error where somebody watches and the end is known; nothing where not. */
export function progress(terminal: Terminal, { what, total, unit }: Task): Progress {
  const { isTTY, columns = 80 } = terminal.stderr;
  if (isTTY !== true || terminal.env.TERM === 'dumb' || total === 0) return { add() {}, stop() {} };
  const bar = new SingleBar(
    {
      // What matters most comes first: the rest is cut off where the terminal is narrow.
      format: `${what} {percentage} % {bar} {value} of {total} ${unit} | {eta_formatted} left`,
      barsize: Math.max(10, Math.min(40, columns - roomForText)),
      stream: terminal.stderr as NodeJS.WritableStream,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_grey,
  );
  bar.start(total, 0);
  return { add: (count) => bar.increment(count), stop: () => bar.stop() };
}
