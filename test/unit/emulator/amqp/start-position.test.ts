import { describe, expect, it } from 'vitest';
import type { Terminus } from '../../../../src/emulator/amqp/rhea.ts';
import { startPosition } from '../../../../src/emulator/amqp/start-position.ts';
import { PartitionLog } from '../../../../src/emulator/log/partition-log.ts';

/** Three events: offsets 0, 10, 20, enqueued at 100, 200, 300. */
const log = new PartitionLog({ maxBytes: Infinity, maxAgeMs: Infinity });
for (const nowMs of [100, 200, 300]) log.append(Buffer.alloc(10), nowMs, 0);

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
    ["amqp.annotation.x-opt-offset > '10'", 2],
    ["amqp.annotation.x-opt-offset >= '10'", 1],
    ["amqp.annotation.x-opt-offset > '20'", 3],
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
    ["amqp.annotation.x-opt-offset > '21'", 'com.microsoft:argument-error'],
    ["amqp.annotation.x-opt-offset > 'east-1:5'", 'com.microsoft:argument-error'],
    ["amqp.annotation.x-opt-sequence-number > '3'", 'com.microsoft:argument-error'],
    ["amqp.annotation.x-opt-sequence-number > 'x'", 'com.microsoft:argument-error'],
    ["amqp.annotation.x-opt-color > 'red'", 'amqp:invalid-field'],
  ] as const)('%s is refused with %s', ([filter, condition]) => {
    expect(() => start(filter)).toThrow(expect.objectContaining({ condition }));
  });

  it('that was dropped is the beginning of what is left', () => {
    const short = new PartitionLog({ maxBytes: 10, maxAgeMs: Infinity });
    for (let i = 0; i < 5; i++) short.append(Buffer.alloc(10), i, 0);
    expect(start("amqp.annotation.x-opt-sequence-number >= '1'", short)).toBe(4);
    expect(start("amqp.annotation.x-opt-offset > '0'", short)).toBe(4);
    expect(start("amqp.annotation.x-opt-offset > '-1'", short)).toBe(4);
  });
});
