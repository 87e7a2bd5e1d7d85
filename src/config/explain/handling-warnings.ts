import { duration, toMs } from '../values.ts';
import { type ConsumerFacts, handlersGetMs } from './consumer-facts.ts';
import type { ExplainedWarning } from './explanation.ts';
import { warn } from './warn.ts';

/** Longer than anybody wants to have repeated unawares. */
const longMs = 30_000;

/** About order, handlers and what is stored when. */
export function handlingWarnings(facts: ConsumerFacts): ExplainedWarning[] {
  return [
    ...orderWarnings(facts),
    ...timeWarnings(facts),
    ...commitWarnings(facts),
    ...rhythmWarnings(facts),
  ];
}

function orderWarnings({ order, path, config }: ConsumerFacts): ExplainedWarning[] {
  const warnings: ExplainedWarning[] = [];
  if (order === 'none')
    warnings.push(
      warn(
        [...path, 'concurrency', 'order'],
        'Records of the same key may overtake each other. With order key they cannot, and different keys still run side by side.',
      ),
    );
  if (config.isolation === 'uncommitted')
    warnings.push(
      warn(
        [...path, 'isolation'],
        'Records of transactions that are aborted later are handled too.',
      ),
    );
  return warnings;
}

function timeWarnings(facts: ConsumerFacts): ExplainedWarning[] {
  const { path, handlerTimeoutMs, drainTimeoutMs, deadlineMs, limit, order } = facts;
  const getMs = handlersGetMs(facts);
  const warnings: ExplainedWarning[] = [];
  if (handlerTimeoutMs === undefined)
    warnings.push(
      warn(
        [...path, 'handlerTimeout'],
        `There is none: a handler that never returns keeps its place${limit === undefined ? '' : ` among ${limit}`} for ever, and ${order === 'none' ? 'the stored position of its partition stands still' : 'the records behind it wait'}.`,
      ),
    );
  else if (handlerTimeoutMs > getMs)
    warnings.push(
      warn(
        [...path, 'handlerTimeout'],
        `A handler may take ${duration(handlerTimeoutMs)}, but a hand-over aborts its signal after ${duration(getMs)}: its record is then handled again elsewhere, perhaps while it still runs here. Raise drainTimeout and rebalanceTimeout, or shorten it.`,
      ),
    );
  if (drainTimeoutMs > deadlineMs)
    warnings.push(
      warn(
        [...path, 'drainTimeout'],
        `It is ${duration(drainTimeoutMs)}, but of rebalanceTimeout a hand-over can use ${duration(deadlineMs)} only. Raise rebalanceTimeout.`,
      ),
    );
  return warnings;
}

function commitWarnings({ config, path }: ConsumerFacts): ExplainedWarning[] {
  const { commit, start, outOfRange, group } = config;
  const warnings: ExplainedWarning[] = [];
  if (commit === 'manual')
    warnings.push(
      warn(
        [...path, 'commit'],
        'Only handlers store positions: one that never calls commit() leaves everything since the last hand-over to be handled again after a crash.',
      ),
    );
  if (start === 'latest' && (commit === 'manual' || group === undefined))
    warnings.push(
      warn(
        [...path, 'start'],
        group === undefined
          ? 'No position is stored: after a restart reading begins at a later end of the log, and what was written in between is never handled.'
          : 'The place where reading begins is not stored before the first commit(): after a crash before that, reading begins at a later end of the log, and what was written in between is never handled.',
      ),
    );
  if (outOfRange === 'latest')
    warnings.push(
      warn(
        [...path, 'outOfRange'],
        'When retention has deleted the position, everything up to the end of the log is passed over.',
      ),
    );
  return warnings;
}

/** About how often positions are stored. */
function rhythmWarnings({ config, path, backend }: ConsumerFacts): ExplainedWarning[] {
  const { commit, group, batch } = config;
  if (group === undefined || commit === undefined || commit === 'manual') return [];
  const where = [...path, 'commit'];
  const isEach = commit === 'perBatch';
  const everyMs = isEach || commit.every === undefined ? undefined : toMs(commit.every);
  const warnings: ExplainedWarning[] = [];
  if (!isEach && everyMs === undefined)
    warnings.push(
      warn(
        where,
        'There is no every: on a quiet topic the last records are stored only when enough others have come, and are handled again after a crash however long ago they were done.',
      ),
    );
  if (everyMs !== undefined && everyMs > longMs && (isEach || commit.everyRecords === undefined))
    warnings.push(
      warn(
        where,
        `A crash repeats up to ${duration(everyMs)} of finished work in each partition, and lag seen from outside is as old.`,
      ),
    );
  const isOften = (isEach && batch === undefined) || (everyMs !== undefined && everyMs < 1_000);
  if (isOften)
    warnings.push(
      warn(
        where,
        backend === 'eventhubs'
          ? 'Each store writes a blob for its partition, which is paid for, and throttled when there are many. Once a second or less often is usual.'
          : 'Each store is a request to the broker and a record in its log of positions. Once a second is usual.',
      ),
    );
  return warnings;
}
