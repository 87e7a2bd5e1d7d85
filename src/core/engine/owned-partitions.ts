import { PartitaError } from '../model/errors.ts';
import { formatPartition, type TopicPartition } from '../model/topic-partition.ts';
import { within } from '../model/within.ts';
import type { CloseReason } from '../options/consumer-options.ts';
import type { AssignedPartition } from '../ports/backend.ts';
import { shareBuffer } from './buffer-share.ts';
import { handOver } from './hand-over.ts';
import { OwnedPartition, type PartitionHost } from './owned-partition.ts';
import type { PartitionRun } from './partition-run.ts';

/** The partitions a consumer owns: how they come, and the ways in which they go. Each is closed once, whatever the way. */
export class OwnedPartitions {
  readonly #host: PartitionHost;
  readonly #owned = new Map<string, OwnedPartition>();
  /** Calls of `close` under way, by partition. */
  readonly #closing = new Map<string, Promise<void>>();

  constructor(host: PartitionHost) {
    this.#host = host;
  }

  get runs(): PartitionRun[] {
    return [...this.#owned.values()].map(({ run }) => run);
  }

  get(partition: TopicPartition): OwnedPartition | undefined {
    return this.#owned.get(formatPartition(partition));
  }

  /** Those of the named ones that are owned; all when none are named. */
  select(partitions?: readonly TopicPartition[]): OwnedPartition[] {
    if (partitions === undefined) return [...this.#owned.values()];
    return partitions.flatMap((partition) => this.get(partition) ?? []);
  }

  begin(added: readonly AssignedPartition[]): void {
    for (const assigned of added) this.#begin(assigned);
    this.#shareBuffers();
  }

  /** Ownership is gone already: nothing is waited for. */
  lose(removed: readonly TopicPartition[]): void {
    for (const part of this.select(removed)) this.#lose(part);
    this.#shareBuffers();
  }

  /** Drains, commits, closes, all of it within the limit. */
  async release(
    parts: readonly OwnedPartition[],
    reason: CloseReason,
    limitMs: number,
  ): Promise<void> {
    const { clock, handOverDeps } = this.#host;
    const deadline = clock.now() + limitMs;
    await handOver(parts, limitMs, handOverDeps);
    const ours = parts.filter((part) => this.#forget(part));
    this.#shareBuffers();
    const leftMs = Math.max(0, deadline - clock.now());
    await Promise.all(ours.map((part) => this.close(part, reason, leftMs)));
  }

  /** Lets go of everything at once, and of nothing twice; what was owned. */
  drop(why: string): OwnedPartition[] {
    const parts = this.select();
    for (const part of parts) part.abort(new PartitaError('CLOSED', why));
    return parts.filter((part) => this.#forget(part));
  }

  async close(part: OwnedPartition, reason: CloseReason, limitMs: number): Promise<void> {
    const key = formatPartition(part);
    const closing = part.close(reason, limitMs);
    this.#closing.set(key, closing);
    await closing;
    if (this.#closing.get(key) === closing) this.#closing.delete(key);
  }

  /** Resolves when no `close` is under way any more. */
  async closed(limitMs: number): Promise<void> {
    await within(Promise.all(this.#closing.values()), limitMs, this.#host.handOverDeps);
  }

  #begin(assigned: AssignedPartition): void {
    const { options, handOverDeps } = this.#host;
    const before = this.get(assigned);
    // It came back before the backend had waited for its hand-over to end.
    if (before !== undefined) this.#lose(before);
    const part = new OwnedPartition(this.#host, assigned, options.buffer);
    const key = formatPartition(assigned);
    this.#owned.set(key, part);
    // Without a stored position, `latest` would be a later place after a crash, and records in between be skipped.
    if (!assigned.committed && options.group.group !== null) handOverDeps.committer.began(part.run);
    part.begin(this.#closing.get(key));
  }

  #lose(part: OwnedPartition): void {
    const { topic, partition } = part;
    part.abort(
      new PartitaError('COMMIT_FENCED', `${formatPartition(part)} was lost to another member.`, {
        topic,
        partition,
      }),
    );
    if (this.#forget(part)) void this.close(part, 'lost', this.#host.options.drainTimeoutMs);
  }

  /** False when it was forgotten before. */
  #forget(part: OwnedPartition): boolean {
    if (!part.end()) return false;
    this.#host.handOverDeps.committer.forget(part.run);
    this.#host.report.resumed(part);
    const key = formatPartition(part);
    if (this.#owned.get(key) === part) this.#owned.delete(key);
    return true;
  }

  #shareBuffers(): void {
    const share = shareBuffer(this.#host.options.buffer, this.#owned.size);
    for (const part of this.#owned.values()) part.setLimits(share);
  }
}
