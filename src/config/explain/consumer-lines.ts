import type { ConsumerConfig } from '../app-config.ts';
import { defaultAt } from '../schema/defaults.ts';
import { duration, toMs } from '../values.ts';
import { type ConsumerFacts, handlersGetMs, handlersGetOnStopMs } from './consumer-facts.ts';
import { failureLines } from './failure-lines.ts';
import { rebalanceLines } from './rebalance-lines.ts';

type CommitConfig = NonNullable<ConsumerConfig['commit']>;

/** The guarantee of one consumer, in plain words. */
export function consumerLines(facts: ConsumerFacts): string[] {
  return [
    ...deliveryLines(facts),
    orderLine(facts),
    ...failureLines(facts),
    ...storedLines(facts),
    ...rebalanceLines(facts),
    handOverLine(facts),
    ...startLines(facts),
  ];
}

function deliveryLines(facts: ConsumerFacts): string[] {
  const { group } = facts.config;
  if (group === undefined)
    return ['Delivery: every record at least once while it runs; no position is stored.'];
  return [
    `Delivery: ${promised(facts)} A record is done when ${doneWhen(facts)}; the stored position never passes one that is not. A handler can get a record again, and has to bear that.`,
    ...transactionLines(facts),
  ];
}

/** A policy that begins with leaving out gives a record one chance. */
function promised({ steps }: ConsumerFacts): string {
  const [first] = steps;
  return first?.policy === 'skip' && first.when === undefined
    ? 'at least once to the handler, but only one try: a record that fails is left out.'
    : 'at least once.';
}

function doneWhen({ steps }: ConsumerFacts): string {
  const has = (wanted: string) => steps.some(({ policy }) => policy === wanted);
  const ways = [
    'its handler has returned',
    ...(has('deadLetter') ? ['its dead letter is acknowledged'] : []),
    ...(has('park') ? ['it is parked'] : []),
    ...(has('skip') ? ['the policy has skipped it'] : []),
  ];
  const last = ways.pop();
  return ways.length === 0 ? String(last) : `${ways.join(', ')} or ${last}`;
}

/** Only Kafka has them. */
function transactionLines({
  backend,
  config: { isolation = 'committed' },
}: ConsumerFacts): string[] {
  if (backend !== 'kafka') return [];
  return [
    isolation === 'committed'
      ? 'Transactions of others: their records come when they are committed, and never when they are aborted.'
      : 'Transactions of others: their records come at once, also when they are aborted later.',
  ];
}

function orderLine({ order, limit, isBatch }: ConsumerFacts): string {
  const most =
    limit === undefined ? '' : `, at most ${limit} ${isBatch ? 'batches' : 'at once'} per process`;
  if (order === 'none')
    return `Order: none. Any ${isBatch ? 'batch' : 'record'} runs beside any other${most}.`;
  if (order === 'key')
    return `Order: records of the same key one at a time, in log order; different keys side by side${most}. A record without a key waits for nobody.`;
  const what = isBatch ? 'one batch of a partition' : 'one record of a partition';
  return `Order: ${what} at a time, in log order; partitions side by side${most}.`;
}

function storedLines(facts: ConsumerFacts): string[] {
  const { config, order, isBatch } = facts;
  const { group } = config;
  const commit = config.commit ?? (defaultAt(['consumers', 0, 'commit']) as CommitConfig);
  if (group === undefined) return [];
  if (!facts.keepsPositions)
    return [
      'Stored: in this process alone.',
      'After a crash or a restart: reading begins at the start again, as if nothing had been handled.',
    ];
  const also = 'before a partition is handed over and on stop';
  const ahead =
    order === 'partition' && !isBatch
      ? ''
      : ' Work finished beyond the position is stored beside it as far as it fits, and not repeated.';
  if (commit === 'manual')
    return [
      `Stored: when a handler calls commit(), which counts its own record as done, ${also}.`,
      'After a crash: what was not finished at the last commit() is handled again.',
    ];
  if (commit === 'perBatch')
    return [
      `Stored: as soon as a ${isBatch ? 'batch' : 'record'} is done, one request at a time, ${also}.`,
      `After a crash: what was under way and what finished during the last request is handled again.${ahead}`,
    ];
  const { every, everyRecords } = commit;
  const rhythm = [
    ...(everyRecords === undefined ? [] : [`every ${everyRecords} records`]),
    ...(every === undefined ? [] : [`every ${duration(toMs(every))}`]),
  ].join(' or ');
  return [
    `Stored: ${rhythm}, ${also}.`,
    `After a crash: what was under way and what finished since the last store (${rhythm}) is handled again.${ahead}`,
  ];
}

function handOverLine(facts: ConsumerFacts): string {
  const move = duration(handlersGetMs(facts));
  const stop = duration(handlersGetOnStopMs(facts));
  const isMember = facts.config.partitions === undefined;
  const when =
    isMember && move === stop
      ? `before a partition moves and when the process stops, running handlers get ${move}`
      : `${isMember ? `before a partition moves, running handlers get ${move}; ` : ''}when the process stops, ${isMember ? 'they' : 'running handlers'} get ${stop}`;
  return (
    `Hand-over: ${when}; then their signal is aborted, ` +
    'and what they had not finished is handled again. What is finished is stored first. Pauses between tries are not waited ' +
    'for; whoever reads next begins with the first try.'
  );
}

function startLines({ config }: ConsumerFacts): string[] {
  const { start = 'earliest', group, commit, outOfRange = 'fail' } = config;
  const at =
    start === 'earliest'
      ? 'with the oldest record'
      : start === 'latest'
        ? 'with what is written from then on'
        : 'time' in start
          ? `with the first record from ${start.time} on`
          : `at offset ${start.offset}`;
  const stores = group !== undefined && commit !== 'manual';
  const begin = group === undefined ? 'each start begins' : 'without a stored position it begins';
  const lost = {
    fail: 'stops its partition and turns health red',
    earliest: 'is replaced by the oldest record there is, logged and counted',
    latest:
      'is replaced by the end of the log, logged and counted: records in between are never handled',
  }[outOfRange];
  return [
    `Start: ${begin} ${at}${stores ? ', and stores that place at once' : ''}.`,
    `A position that is no longer in the log ${lost}.`,
  ];
}
