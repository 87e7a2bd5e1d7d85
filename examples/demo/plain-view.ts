import type { AppEvent } from 'partita';
import type { Audit } from './audit.ts';
import { EventLines } from './event-lines.ts';
import type { Member } from './members.ts';
import type { View } from './view.ts';

/** One line per event, for logs and pipes. */
export class PlainView implements View {
  readonly #audit: Audit;
  readonly #startedAt = Date.now();
  readonly #lines = new EventLines((line) => this.#write(line));

  constructor(audit: Audit, backend: string) {
    this.#audit = audit;
    this.#write(`Partita demo on ${backend}`);
  }

  phase(sentence: string): void {
    this.#write(`— ${sentence} (produced ${this.#audit.produced}, handled ${this.#audit.handled})`);
  }

  members(members: readonly Member[]): void {
    this.#write(`members: ${members.map(({ name }) => name).join(', ')}`);
  }

  heard(member: string, event: AppEvent): void {
    this.#lines.heard(member, event);
  }

  close(): void {}

  #write(line: string): void {
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1).padStart(5);
    process.stdout.write(`${seconds} s  ${line}\n`);
  }
}
