import { type Assignor, PartitaError } from '../../../core/index.ts';
import { errorCode } from '../../../protocol/index.ts';
import { kafkaError } from '../wire/kafka-error.ts';

/** The error for a code that JoinGroup or SyncGroup answered. */
export function joinError(
  code: number,
  what: string,
  group: string,
  assignors: readonly Assignor[],
): PartitaError {
  if (code !== errorCode.INCONSISTENT_GROUP_PROTOCOL)
    return kafkaError(code, `${what} of group ${group}`);
  const offered = assignors.map(({ name }) => name).join(', ');
  return new PartitaError(
    'INCOMPATIBLE_GROUP',
    `Group ${group} refused this member: it offers ${offered}, and some other member offers none of these (or is no ` +
      'consumer). Give all members one assignor in common: to change it without a stop, restart them one by one with ' +
      'the old and the new one listed, then once more without the old one.',
  );
}
