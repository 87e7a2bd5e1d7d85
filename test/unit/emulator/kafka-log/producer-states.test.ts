import { describe, expect, it } from 'vitest';
import {
  type ProducerStamp,
  ProducerStates,
} from '../../../../src/emulator/kafka-log/producer-states.ts';
import { errorCode } from '../../../../src/protocol/index.ts';

function batch(baseSequence: number, records = 10, producerEpoch = 0): ProducerStamp {
  return { producerId: 7, producerEpoch, baseSequence, records };
}

function statesAfter(...written: ProducerStamp[]): ProducerStates {
  const states = new ProducerStates();
  for (const [at, stamp] of written.entries()) states.note(stamp, at * 100);
  return states;
}

const outOfOrder = { kind: 'refuse', errorCode: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER };

describe('ProducerStates', () => {
  it('takes batches in sequence, and answers a repeated one with its place', () => {
    const states = statesAfter(batch(0), batch(10));
    expect(states.check(batch(20))).toEqual({ kind: 'append' });
    expect(states.check(batch(10))).toMatchObject({ kind: 'duplicate', baseOffset: 100 });
    expect(states.check(batch(0))).toMatchObject({ kind: 'duplicate', baseOffset: 0 });
  });

  it('refuses a batch behind a gap', () => {
    expect(statesAfter(batch(0)).check(batch(20))).toEqual(outOfOrder);
  });

  it('refuses an old epoch, and lets a new one begin at 0 only', () => {
    const states = statesAfter(batch(0, 10, 3));
    expect(states.check(batch(10, 10, 2))).toMatchObject({
      errorCode: errorCode.INVALID_PRODUCER_EPOCH,
    });
    expect(states.check(batch(0, 10, 4))).toEqual({ kind: 'append' });
    expect(states.check(batch(10, 10, 4))).toEqual(outOfOrder);
  });

  it('goes on with 0 behind the largest sequence', () => {
    const states = statesAfter(batch(2 ** 31 - 10));
    expect(states.check(batch(0))).toEqual({ kind: 'append' });
  });

  it('lets a producer nobody remembers go on where it is', () => {
    expect(new ProducerStates().check(batch(500))).toEqual({ kind: 'append' });
  });

  it('asks nothing of producers without an id', () => {
    const states = statesAfter({ ...batch(0), producerId: -1 });
    expect(states.check({ ...batch(0), producerId: -1 })).toEqual({ kind: 'append' });
  });
});
