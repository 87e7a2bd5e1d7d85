import {
  type CommitFailure,
  CommitFencedError,
  formatPartition,
  PartitaError,
  type PartitionCommit,
} from '../../../core/index.ts';

/** Splits commits into those that may be sent and those that fail as they stand. */
export function checkCommits(
  commits: readonly PartitionCommit[],
  epochOf: (commit: PartitionCommit) => number | undefined,
  maxMetadataBytes: number,
): { readonly valid: readonly PartitionCommit[]; readonly failures: CommitFailure[] } {
  const valid: PartitionCommit[] = [];
  const failures: CommitFailure[] = [];
  for (const commit of commits) {
    const metadataBytes = Buffer.byteLength(commit.metadata);
    if (epochOf(commit) !== commit.epoch) failures.push(fenced(commit, 'it is no longer ours'));
    else if (metadataBytes > maxMetadataBytes) failures.push(tooLong(commit, metadataBytes));
    else valid.push(commit);
  }
  return { valid, failures };
}

export function fenced(commit: PartitionCommit, why: string): CommitFailure {
  const { topic, partition, position, epoch } = commit;
  const message = `Position ${position.offset} of ${formatPartition(commit)} (epoch ${epoch}) was not stored: ${why}`;
  return {
    topic,
    partition,
    error: new CommitFencedError(message, { topic, partition, offset: position.offset }),
  };
}

export function closedError(): PartitaError {
  return new PartitaError('CLOSED', 'Positions were not stored: the session is closed');
}

function tooLong({ topic, partition }: PartitionCommit, bytes: number): CommitFailure {
  const message = `Metadata of ${bytes} bytes for ${formatPartition({ topic, partition })} is more than the broker stores`;
  return {
    topic,
    partition,
    error: new PartitaError('INVALID_CONFIG', message, { topic, partition }),
  };
}
