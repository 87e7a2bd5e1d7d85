import type { AppEvent } from 'partita';
import type { Audit } from './audit.ts';
import { eventLine } from './event-line.ts';
import type { Member } from './members.ts';
import type { View } from './view.ts';

/** One line per event, for logs and pipes. */
export class PlainView implements View {
  readonly #audit: Audit;
  readonly #startedAt = Date.now();
  readonly #closed = new Map<string, number[]>();

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
    if (event.kind === 'closed') this.#gaveUp(member, event.partition.partition, event.reason);
    const line = eventLine(member, event);
    if (line !== undefined) this.#write(line);
  }

  /** Partitions given up together make one line. */
  #gaveUp(member: string, partition: number, reason: string): void {
    const about = `${member} ${reason}`;
    const known = this.#closed.get(about);
    if (known !== undefined) {
      known.push(partition);
      return;
    }
    const partitions = [partition];
    this.#closed.set(about, partitions);
    setImmediate(() => {
      this.#closed.delete(about);
      this.#write(`${member} gives up ${partitions.sort((a, b) => a - b).join(', ')} (${reason})`);
    });
  }

  close(): void {}

  #write(line: string): void {
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1).padStart(5);
    process.stdout.write(`${seconds} s  ${line}\n`);
  }
}
