import { describe, expect, it } from 'vitest';
import type { EventLog } from '../../../../src/emulator/amqp/event-log.ts';
import type { Terminus } from '../../../../src/emulator/amqp/rhea.ts';
import { startPosition } from '../../../../src/emulator/amqp/start-position.ts';
import { eventLog } from './event-log-of.ts';

const nothing = Buffer.alloc(0);

/** With an event for each time. */
function logOf(times: readonly number[], maxBytes = Infinity): EventLog {
  const log = eventLog({ maxBytes, maxAgeMs: Infinity });
  for (const nowMs of times)
    log.append(
      [
        {
          header: nothing,
          annotations: [],
          partitionKey: undefined,
          stamp: undefined,
          rest: Buffer.from([0x00, 0x53, 0x75, 0xa0, 1, 7]),
        },
      ],
      nowMs,
    );
  return log;
}

/** Three events: offsets 0, 1024, 2048, enqueued at 100, 200, 300. */
const log = logOf([100, 200, 300]);

const start = (filter?: string, of = log): number =>
  startPosition(
    (filter === undefined
      ? {}
      : {
          filter: { 'apache.org:selector-filter:string': { value: filter } },
        }) as unknown as Terminus,
    of,
  );

describe('a start position', () => {
  it.for([
    ["amqp.annotation.x-opt-offset > '-1'", 0],
    ["amqp.annotation.x-opt-offset > '@latest'", 3],
    ["amqp.annotation.x-opt-offset > '1024'", 2],
    ["amqp.annotation.x-opt-offset >= '1024'", 1],
    ["amqp.annotation.x-opt-offset > '2048'", 3],
    ["amqp.annotation.x-opt-sequence-number > '0'", 1],
    ["amqp.annotation.x-opt-sequence-number >= '0'", 0],
    ["amqp.annotation.x-opt-sequence-number > '-1'", 0],
    ["amqp.annotation.x-opt-sequence-number > '2'", 3],
    ["amqp.annotation.x-opt-enqueued-time > '200'", 2],
    ["amqp.annotation.x-opt-enqueued-time >= '200'", 1],
    ["amqp.annotation.x-opt-enqueued-time > '1000'", 3],
    ['amqp.annotation.x-opt-enqueued-time > 150', 1],
  ] as const)('%s is %d', ([filter, expected]) => {
    expect(start(filter)).toBe(expected);
  });

  it('is the beginning without a filter', () => {
    expect(start()).toBe(0);
  });

  it.for([
    ["amqp.annotation.x-opt-offset > '2049'", 'com.microsoft:argument-error'],
    ["amqp.annotation.x-opt-offset > 'east-1:5'", 'com.microsoft:argument-error'],
    ["amqp.annotation.x-opt-sequence-number > '3'", 'com.microsoft:argument-error'],
    ["amqp.annotation.x-opt-sequence-number > 'x'", 'com.microsoft:argument-error'],
    ["amqp.annotation.x-opt-color > 'red'", 'amqp:invalid-field'],
  ] as const)('%s is refused with %s', ([filter, condition]) => {
    expect(() => start(filter)).toThrow(expect.objectContaining({ condition }));
  });

  it('that was dropped is the beginning of what is left', () => {
    const short = logOf([0, 1, 2, 3, 4], 10);
    expect(start("amqp.annotation.x-opt-sequence-number >= '1'", short)).toBe(4);
    expect(start("amqp.annotation.x-opt-offset > '0'", short)).toBe(4);
    expect(start("amqp.annotation.x-opt-offset > '-1'", short)).toBe(4);
  });
});
