import type { Audit } from './audit.ts';
import { EventLines } from './event-lines.ts';
import type { Pane, View } from './view.ts';

/** One line per event, for logs and pipes. */
export class PlainView implements View {
  readonly #startedAt = Date.now();

  pane(backend: string, audit: Audit): Pane {
    const write = (line: string): void => {
      const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1).padStart(5);
      process.stdout.write(`${seconds} s  ${backend.padEnd(9)}  ${line}\n`);
    };
    const lines = new EventLines(write);
    return {
      phase: (sentence) =>
        write(`— ${sentence} (produced ${audit.produced}, handled ${audit.handled})`),
      members: (members) => write(`members: ${members.map(({ name }) => name).join(', ')}`),
      heard: (member, event) => lines.heard(member, event),
    };
  }

  close(): void {}
}
