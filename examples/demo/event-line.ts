import type { AppEvent } from 'partita';

/** An event in a few words, or undefined when it is not worth a line of its own. */
export function eventLine(member: string, event: AppEvent): string | undefined {
  switch (event.kind) {
    case 'assigned':
      return event.partitions.length === 0
        ? undefined
        : `${member} gets ${event.partitions.map(({ partition }) => partition).join(', ')}`;
    case 'error':
      return `${member}: ${event.error.message}`;
    case 'drainTimedOut':
    case 'partitionStopped':
      return `${member}: ${event.kind} on ${event.partition.partition}`;
    default:
      return undefined;
  }
}
