import { describe, expect, it } from 'vitest';
import { groupForTransaction } from '../../../../src/emulator/kafka-groups/commit-rules.ts';
import { Groups } from '../../../../src/emulator/kafka-groups/groups.ts';
import { Topics } from '../../../../src/emulator/kafka-log/topics.ts';
import {
  type ProducerIdentity,
  Transactions,
} from '../../../../src/emulator/kafka-transactions/transactions.ts';
import {
  decodeRecords,
  errorCode,
  type KafkaRecord,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

const rules = { maxBatchBytes: 1_000_000, keysRequired: false, appendTime: false };
const newcomer = { producerId: -1, producerEpoch: -1 };

class World {
  readonly clock = new VirtualClock();
  readonly topics = new Topics({ maxBytes: 2 ** 30, maxAgeMs: Number.POSITIVE_INFINITY });
  readonly groups = new Groups({
    clock: this.clock,
    initialRebalanceDelayMs: 0,
    minSessionTimeoutMs: 1,
    maxSessionTimeoutMs: 60_000,
  });
  readonly #sequences = new Map<string, number>();
  #producerIds = 0;
  readonly transactions = new Transactions({
    clock: this.clock,
    topics: this.topics,
    groups: this.groups,
    nextProducerId: () => this.#producerIds++,
  });
  readonly partition = this.topics.create('t', 1).partitions[0] as NonNullable<
    ReturnType<Topics['partition']>
  >;

  begin(id: string): ProducerIdentity {
    const begun = this.transactions.begin(id, 10_000, newcomer);
    if (typeof begun === 'number') throw new Error(`error ${begun}`);
    return begun;
  }

  write(id: string, producer: ProducerIdentity, value: string): number {
    const name = `${producer.producerId} ${producer.producerEpoch}`;
    const baseSequence = this.#sequences.get(name) ?? 0;
    const builder = new RecordBatchBuilder();
    builder.append(null, Buffer.from(value), [], this.clock.now());
    const bytes = builder.build({ ...producer, baseSequence, transactional: true });
    const appended = this.partition.append(bytes, rules, this.clock.now(), (stamp) =>
      this.transactions.includes(id, stamp, { topic: 't', partition: 0 }),
    );
    if ('errorCode' in appended) return appended.errorCode;
    this.#sequences.set(name, baseSequence + 1);
    return 0;
  }

  /** In a transaction of its own. */
  send(id: string, producer: ProducerIdentity, value: string): void {
    const owner = { transactionalId: id, ...producer };
    expect(this.transactions.problem(owner)).toBe(0);
    this.transactions.addPartition(owner, 't', 0);
    expect(this.write(id, producer, value)).toBe(0);
  }

  end(id: string, producer: ProducerIdentity, committed: boolean): number {
    return this.transactions.end({ transactionalId: id, ...producer }, committed);
  }

  /** As a consumer reads committed records. */
  committed(): string[] {
    const { log, lastStableOffset, transactions } = this.partition;
    const bytes = log.read(0, 1_000_000, true, lastStableOffset) ?? Buffer.alloc(0);
    const records: KafkaRecord[] = [];
    const abortedTransactions = transactions.abortedWithin(0, lastStableOffset, 0);
    decodeRecords(
      bytes,
      { topic: 't', partition: 0, startOffset: 0, abortedTransactions },
      records,
    );
    return records.map(({ value }) => String(value));
  }
}

describe('transactions of the embedded broker', () => {
  it('show nothing behind the first open one, and never what was aborted', () => {
    const world = new World();
    const [one, two] = [world.begin('one'), world.begin('two')];
    world.send('one', one, 'a');
    world.send('two', two, 'b');
    world.end('two', two, true);
    expect(world.committed()).toEqual([]);
    world.end('one', one, false);
    expect(world.committed()).toEqual(['b']);
    world.send('one', one, 'c');
    world.end('one', one, true);
    expect(world.committed()).toEqual(['b', 'c']);
    expect(world.partition.lastStableOffset).toBe(world.partition.log.endOffset);
  });

  it('take no batch of a producer that has not said where it writes, or not begun', () => {
    const world = new World();
    const one = world.begin('one');
    expect(world.write('one', one, 'a')).toBe(errorCode.INVALID_TXN_STATE);
    expect(world.end('one', one, true)).toBe(errorCode.INVALID_TXN_STATE);
    expect(world.transactions.problem({ transactionalId: 'none', ...one })).toBe(
      errorCode.INVALID_PRODUCER_ID_MAPPING,
    );
  });

  it('abort what a producer left open when its successor begins, and fence it', () => {
    const world = new World();
    const old = world.begin('one');
    world.send('one', old, 'left');
    const successor = world.begin('one');
    // One epoch for the abort, and the next for the successor.
    expect(successor).toEqual({ producerId: old.producerId, producerEpoch: old.producerEpoch + 2 });
    expect(world.write('one', old, 'late')).toBe(errorCode.INVALID_PRODUCER_EPOCH);
    expect(world.end('one', old, true)).toBe(errorCode.PRODUCER_FENCED);
    world.send('one', successor, 'mine');
    world.end('one', successor, true);
    expect(world.committed()).toEqual(['mine']);
  });

  it('abort what is not ended in time', async () => {
    const world = new World();
    const one = world.begin('one');
    world.send('one', one, 'a');
    await world.clock.advance(9_999);
    expect(world.partition.lastStableOffset).toBe(0);
    await world.clock.advance(1);
    expect(world.partition.lastStableOffset).toBe(2);
    expect(world.committed()).toEqual([]);
    expect(world.end('one', one, true)).toBe(errorCode.PRODUCER_FENCED);
  });

  it('may be ended twice in the same way, and not in another', () => {
    const world = new World();
    const one = world.begin('one');
    world.send('one', one, 'a');
    expect(world.end('one', one, true)).toBe(0);
    expect(world.end('one', one, true)).toBe(0);
    expect(world.end('one', one, false)).toBe(errorCode.INVALID_TXN_STATE);
    expect(world.clock.pending).toBe(0);
  });

  it('commit offsets with the records, and tell those who want stable ones to wait', () => {
    const world = new World();
    const one = world.begin('one');
    const owner = { transactionalId: 'one', ...one };
    const group = groupForTransaction(world.groups, {
      groupId: 'g',
      generationId: -1,
      memberId: '',
      topics: [],
    });
    if (typeof group === 'number') throw new Error(`error ${group}`);
    const offset = (requireStable: boolean) =>
      group.offsets.fetch([{ topic: 't', partitions: [0] }], requireStable)[0]?.partitions[0];
    const commit = (position: number, committed: boolean) => {
      world.transactions.addGroup(owner, 'g');
      const value = { offset: position, leaderEpoch: -1, metadata: null };
      group.offsets.commitLater(one.producerId, 't', 0, value);
      expect(offset(true)).toMatchObject({ errorCode: errorCode.UNSTABLE_OFFSET_COMMIT });
      world.end('one', one, committed);
    };
    commit(5, true);
    expect(offset(true)).toMatchObject({ offset: 5, errorCode: 0 });
    commit(9, false);
    expect(offset(true)).toMatchObject({ offset: 5, errorCode: 0 });
  });

  it('refuse a producer that claims another identity, or too long a time-out', () => {
    const world = new World();
    const one = world.begin('one');
    const claim = (producerEpoch: number) =>
      world.transactions.begin('one', 10_000, { ...one, producerEpoch });
    expect(claim(7)).toBe(errorCode.PRODUCER_FENCED);
    expect(claim(0)).toEqual({ ...one, producerEpoch: 1 });
    // The answer may have been lost: who asks again gets the same.
    expect(claim(0)).toEqual({ ...one, producerEpoch: 1 });
    expect(world.transactions.begin('one', 900_001, newcomer)).toBe(
      errorCode.INVALID_TRANSACTION_TIMEOUT,
    );
  });
});
