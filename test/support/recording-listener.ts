import {
  type AssignedPartition,
  formatPartition,
  type GroupListener,
  type MembershipState,
  type PartitaError,
  type RecordBatch,
  type TopicPartition,
} from '../../src/core/index.ts';

/** A listener that writes down what a session tells it, and answers as the test says. */
export class RecordingListener implements GroupListener {
  /** Everything in order, as short texts. */
  readonly log: string[] = [];
  /** What the session says is ours, by `topic-partition`. */
  readonly owned = new Map<string, AssignedPartition>();
  readonly batches: RecordBatch[] = [];
  readonly errors: PartitaError[] = [];
  readonly states: MembershipState[] = [];
  /** Answer to each batch: is there room for more? */
  hasRoom: (batch: RecordBatch) => boolean = () => true;
  /** What the engine would do before a partition moves. */
  drain: (removed: readonly TopicPartition[], deadlineMs: number) => Promise<void> = async () => {};

  assigned(added: readonly AssignedPartition[]): void {
    this.log.push(`assigned ${names(added)}`);
    for (const partition of added) this.owned.set(formatPartition(partition), partition);
  }

  async revoked(removed: readonly TopicPartition[], deadlineMs: number): Promise<void> {
    this.log.push(`revoked ${names(removed)}`);
    await this.drain(removed, deadlineMs);
    for (const partition of removed) this.owned.delete(formatPartition(partition));
  }

  lost(removed: readonly TopicPartition[]): void {
    this.log.push(`lost ${names(removed)}`);
    for (const partition of removed) this.owned.delete(formatPartition(partition));
  }

  records(batch: RecordBatch): boolean {
    if (!this.owned.has(formatPartition(batch)))
      throw new Error(`records of ${formatPartition(batch)}, which is not ours`);
    this.batches.push(batch);
    return this.hasRoom(batch);
  }

  failed(error: PartitaError, partition?: TopicPartition): void {
    this.log.push(`failed ${error.code}${partition ? ` ${formatPartition(partition)}` : ''}`);
    this.errors.push(error);
  }

  membership(state: MembershipState): void {
    this.states.push(state);
  }

  get ownedNames(): string {
    return names([...this.owned.values()]);
  }

  get generation(): number {
    return this.states.at(-1)?.generation ?? -1;
  }

  /** Values of all records pushed so far, of one partition or of all. */
  values(partition?: number): string[] {
    return this.batches
      .filter((batch) => partition === undefined || batch.partition === partition)
      .flatMap((batch) => batch.records.map((record) => String(record.value)));
  }
}

function names(partitions: readonly TopicPartition[]): string {
  return partitions.map(formatPartition).sort().join(' ');
}
