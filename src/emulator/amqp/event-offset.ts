/**
 * How the offset of an event is told to AMQP clients: this many for each sequence number before it. So offsets grow as on the
 * service and can be found without having been stored, and a program that takes them for sequence numbers fails here and not in
 * production.
 */
const OFFSETS_PER_EVENT = 1024;

export function offsetOf(sequenceNumber: number): number {
  return sequenceNumber * OFFSETS_PER_EVENT;
}

/** Sequence number of the first event behind the offset, or with `inclusive` at it. */
export function sequenceNumberFrom(offset: number, inclusive: boolean): number {
  return inclusive
    ? Math.ceil(offset / OFFSETS_PER_EVENT)
    : Math.floor(offset / OFFSETS_PER_EVENT) + 1;
}
