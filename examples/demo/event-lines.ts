import type { AppEvent } from 'partita';

/** Tells events in a few words, one line each; partitions given up together make one line. */
export class EventLines {
  readonly #write: (line: string) => void;
  /** Member and reason → partitions, until the line is written. */
  readonly #givenUp = new Map<string, number[]>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  heard(member: string, event: AppEvent): void {
    if (event.kind === 'closed') this.#gaveUp(member, event.partition.partition, event.reason);
    const line = lineOf(member, event);
    if (line !== undefined) this.#write(line);
  }

  #gaveUp(member: string, partition: number, reason: string): void {
    const about = `${member} ${reason}`;
    const known = this.#givenUp.get(about);
    if (known !== undefined) {
      known.push(partition);
      return;
    }
    const partitions = [partition];
    this.#givenUp.set(about, partitions);
    setImmediate(() => {
      this.#givenUp.delete(about);
      this.#write(`${member} gives up ${partitions.sort((a, b) => a - b).join(', ')} (${reason})`);
    });
  }
}

function lineOf(member: string, event: AppEvent): string | undefined {
  if (event.kind === 'assigned' && event.partitions.length > 0)
    return `${member} gets ${event.partitions.map(({ partition }) => partition).join(', ')}`;
  if (event.kind === 'error') return `${member}: ${event.error.message}`;
  if (event.kind === 'drainTimedOut' || event.kind === 'partitionStopped')
    return `${member}: ${event.kind} on ${event.partition.partition}`;
  return undefined;
}
