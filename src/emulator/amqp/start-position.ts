import { AmqpError, wrongArgument } from './conditions.ts';
import type { EventLog } from './event-log.ts';
import { offsetOf, sequenceNumberFrom } from './event-offset.ts';
import type { Terminus } from './rhea.ts';

const SELECTOR = 'apache.org:selector-filter:string';
const selector =
  /^\s*amqp\.annotation\.x-opt-(offset|sequence-number|enqueued-time(?:-utc)?)\s*(>=|>)\s*'?([^']*)'?\s*$/i;

/**
 * Sequence number to start from, by the selector of a receiver's source; without one from the beginning, as on the service.
 *
 * @throws AmqpError for a selector that is not understood, or one beyond the end of the partition.
 */
export function startPosition(source: Terminus, log: EventLog): number {
  const filter = source.filter?.[SELECTOR];
  const text = typeof filter === 'string' ? filter : filter?.value;
  if (typeof text !== 'string') return log.beginningSequenceNumber;
  const [, name = '', operator, value = ''] = selector.exec(text) ?? [];
  if (operator === undefined) {
    throw new AmqpError('amqp:invalid-field', `The filter "${text}" is not understood.`);
  }
  const inclusive = operator === '>=';
  if (name.toLowerCase() === 'offset') return fromOffset(value, inclusive, log);
  const number = Number(value);
  if (value === '' || !Number.isFinite(number)) {
    throw wrongArgument(`The supplied ${name} '${value}' is invalid.`);
  }
  return name.toLowerCase() === 'sequence-number'
    ? fromSequenceNumber(number, inclusive, log)
    : log.firstAt(number, inclusive);
}

function fromOffset(value: string, inclusive: boolean, log: EventLog): number {
  if (value === '-1') return log.beginningSequenceNumber;
  if (value === '@latest') return log.nextSequenceNumber;
  const offset = Number(value);
  const last = log.last === undefined ? -1 : offsetOf(log.last.sequenceNumber);
  if (!/^\d+$/.test(value) || offset > last) {
    throw wrongArgument(
      `The supplied offset '${value}' is invalid. The last offset in the system is '${last}'.`,
    );
  }
  return Math.max(sequenceNumberFrom(offset, inclusive), log.beginningSequenceNumber);
}

function fromSequenceNumber(number: number, inclusive: boolean, log: EventLog): number {
  const next = inclusive ? number : number + 1;
  if (next > log.nextSequenceNumber) {
    throw wrongArgument(
      `The supplied sequence number '${number}' is invalid. The last sequence number in the system is '${log.nextSequenceNumber - 1}'.`,
    );
  }
  return Math.max(next, log.beginningSequenceNumber);
}
