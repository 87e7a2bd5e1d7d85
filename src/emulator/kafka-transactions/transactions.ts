import type { Cancel, Clock } from '../../core/index.ts';
import { errorCode, type TransactionOwner } from '../../protocol/index.ts';
import { forgetfulJournal, type Journal } from '../journal.ts';
import type { Groups } from '../kafka-groups/groups.ts';
import type { Topics } from '../kafka-log/topics.ts';

interface Transaction {
  readonly id: string;
  producerId: number;
  epoch: number;
  /** The one before, while its producer may still ask for the epoch that followed. */
  lastEpoch: number;
  timeoutMs: number;
  /** -1: none was begun. */
  startedAtMs: number;
  /** `topic` and partitions written to since the transaction began. */
  readonly partitions: Map<string, Set<number>>;
  readonly groups: Set<string>;
  state: 'empty' | 'ongoing' | 'committed' | 'aborted';
  cancelTimeout: Cancel;
}

/** As it stands in the journal. */
interface KeptTransaction
  extends Omit<Transaction, 'id' | 'partitions' | 'groups' | 'cancelTimeout'> {
  readonly partitions: readonly (readonly [string, readonly number[]])[];
  readonly groups: readonly string[];
}

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface TransactionsOptions {
  readonly clock: Clock;
  readonly topics: Topics;
  readonly groups: Groups;
  nextProducerId(): number;
  /** Where the state of transactions is kept. @default nothing outlives the process */
  readonly journal?: Journal;
}

/** A kind of entries in the journal. */
const TRANSACTION = 'transaction';

/** Largest transaction time-out a producer may ask for (`transaction.max.timeout.ms`). */
const MAX_TIMEOUT_MS = 900_000;
/** One is left to fence the producer that has the last but one (`TransactionMetadata`). */
const LAST_EPOCH = 32_766;
const NO_EPOCH = -1;
const NOT_STARTED = -1;

/** The coordinator of all transactions (KIP-98): who may write under an id, and which partitions and groups have to hear of the end. */
export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #journal: Journal;
  readonly #byId = new Map<string, Transaction>();

  constructor(options: TransactionsOptions) {
    this.#options = options;
    this.#journal = options.journal ?? forgetfulJournal;
    for (const [[, id], value] of this.#journal.entries(TRANSACTION))
      this.#restore(String(id), value as KeptTransaction);
  }

  /** A producer begins under an id: whoever had it is fenced, and what it left open aborted. */
  begin(id: string, timeoutMs: number, claimed: ProducerIdentity): ProducerIdentity | number {
    if (timeoutMs <= 0 || timeoutMs > MAX_TIMEOUT_MS) return errorCode.INVALID_TRANSACTION_TIMEOUT;
    const transaction = this.#byId.get(id) ?? this.#create(id);
    // Under a new id any claim is let pass, as Kafka does: a client may come from a broker that has forgotten it.
    const claims = claimed.producerId >= 0 && transaction.epoch >= 0;
    if (claims && claimed.producerId !== transaction.producerId) return errorCode.PRODUCER_FENCED;
    // It asks again because the answer was lost, or was fenced for being late: the epoch it shall have is there (KIP-360).
    const again =
      claims &&
      transaction.lastEpoch !== NO_EPOCH &&
      claimed.producerEpoch === transaction.lastEpoch;
    if (claims && !again && claimed.producerEpoch !== transaction.epoch)
      return errorCode.PRODUCER_FENCED;
    // What is open is aborted under an epoch of its own, as Kafka does.
    if (transaction.state === 'ongoing') this.#fence(transaction);
    if (!again) this.#fence(transaction);
    transaction.lastEpoch = claims && !again ? claimed.producerEpoch : transaction.lastEpoch;
    if (!claims) transaction.lastEpoch = NO_EPOCH;
    transaction.timeoutMs = timeoutMs;
    transaction.startedAtMs = NOT_STARTED;
    transaction.state = 'empty';
    this.#keep(transaction);
    return { producerId: transaction.producerId, producerEpoch: transaction.epoch };
  }

  /** Why the transaction is not that producer's, or 0. */
  problem({ transactionalId, producerId, producerEpoch }: TransactionOwner): number {
    const transaction = this.#byId.get(transactionalId);
    if (transaction === undefined || transaction.producerId !== producerId)
      return errorCode.INVALID_PRODUCER_ID_MAPPING;
    return transaction.epoch === producerEpoch ? errorCode.NONE : errorCode.PRODUCER_FENCED;
  }

  get all(): readonly TransactionView[] {
    return [...this.#byId.values()];
  }

  get(id: string): TransactionView | undefined {
    return this.#byId.get(id);
  }

  /** Partitions were to be added, even if there were none. */
  begun(owner: TransactionOwner): void {
    this.#ongoing(owner);
  }

  addPartition(owner: TransactionOwner, topic: string, partition: number): void {
    const transaction = this.#ongoing(owner);
    const { partitions } = transaction;
    partitions.set(topic, (partitions.get(topic) ?? new Set()).add(partition));
    this.#keep(transaction);
  }

  addGroup(owner: TransactionOwner, groupId: string): void {
    const transaction = this.#ongoing(owner);
    transaction.groups.add(groupId);
    this.#keep(transaction);
  }

  /** Whether the producer may write to the partition now, or commit for the group: it must have said so before. */
  includes(
    id: string | null,
    { producerId, producerEpoch }: ProducerIdentity,
    part: TransactionPart,
  ): boolean {
    const transaction = this.#byId.get(id ?? '');
    if (transaction?.state !== 'ongoing') return false;
    if (transaction.producerId !== producerId || transaction.epoch !== producerEpoch) return false;
    return 'groupId' in part
      ? transaction.groups.has(part.groupId)
      : (transaction.partitions.get(part.topic)?.has(part.partition) ?? false);
  }

  /** Returns the error, or 0. The same end may be asked for again. */
  end(owner: TransactionOwner, committed: boolean): number {
    const problem = this.problem(owner);
    const transaction = this.#byId.get(owner.transactionalId);
    if (problem !== errorCode.NONE || transaction === undefined) return problem;
    const wanted = committed ? 'committed' : 'aborted';
    if (transaction.state === wanted) return errorCode.NONE;
    if (transaction.state !== 'ongoing') return errorCode.INVALID_TXN_STATE;
    this.#end(transaction, committed);
    return errorCode.NONE;
  }

  close(): void {
    for (const { cancelTimeout } of this.#byId.values()) cancelTimeout();
  }

  #create(id: string): Transaction {
    const transaction: Transaction = {
      id,
      producerId: this.#options.nextProducerId(),
      epoch: NO_EPOCH,
      lastEpoch: NO_EPOCH,
      timeoutMs: 0,
      startedAtMs: NOT_STARTED,
      partitions: new Map(),
      groups: new Set(),
      state: 'empty',
      cancelTimeout: () => {},
    };
    this.#byId.set(id, transaction);
    return transaction;
  }

  /** The owner must have been checked. */
  #ongoing({ transactionalId }: TransactionOwner): Transaction {
    const transaction = this.#byId.get(transactionalId) ?? this.#create(transactionalId);
    if (transaction.state === 'ongoing') return transaction;
    transaction.state = 'ongoing';
    transaction.startedAtMs = this.#options.clock.now();
    this.#awaitEnd(transaction);
    return transaction;
  }

  #awaitEnd(transaction: Transaction): void {
    transaction.cancelTimeout = this.#options.clock.schedule(transaction.timeoutMs, () => {
      transaction.lastEpoch = transaction.epoch;
      this.#fence(transaction);
      this.#keep(transaction);
    });
  }

  /** The next epoch begins; what the last one left open is aborted under it, so that partitions fence the old one too. */
  #fence(transaction: Transaction): void {
    const used = transaction.epoch >= LAST_EPOCH;
    transaction.epoch++;
    if (transaction.state === 'ongoing') this.#end(transaction, false);
    if (!used) return;
    transaction.producerId = this.#options.nextProducerId();
    transaction.epoch = 0;
  }

  #end(transaction: Transaction, committed: boolean): void {
    const { topics, groups, clock } = this.#options;
    const { producerId, epoch: producerEpoch } = transaction;
    transaction.cancelTimeout();
    transaction.state = committed ? 'committed' : 'aborted';
    // Decided: should the process end here, the next one writes the markers.
    this.#keep(transaction);
    const timestampMs = clock.now();
    const marker = { producerId, producerEpoch, committed, timestampMs };
    for (const [topic, partitions] of transaction.partitions)
      for (const partition of partitions)
        topics.partition(topic, partition)?.endTransaction(marker);
    for (const id of transaction.groups)
      groups.find(id)?.offsets.endTransaction(producerId, committed);
    transaction.partitions.clear();
    transaction.groups.clear();
    this.#keep(transaction);
  }

  #keep({ id, partitions, groups, cancelTimeout: _, ...facts }: Transaction): void {
    const kept: KeptTransaction = {
      ...facts,
      partitions: [...partitions].map(([topic, of]) => [topic, [...of]]),
      groups: [...groups],
    };
    this.#journal.set([TRANSACTION, id], kept);
  }

  #restore(id: string, { partitions, groups, ...facts }: KeptTransaction): void {
    const transaction: Transaction = {
      ...facts,
      id,
      partitions: new Map(partitions.map(([topic, of]) => [topic, new Set(of)])),
      groups: new Set(groups),
      cancelTimeout: () => {},
    };
    this.#byId.set(id, transaction);
    if (facts.state === 'ongoing') this.#awaitEnd(transaction);
    else if (partitions.length + groups.length > 0)
      this.#end(transaction, facts.state === 'committed');
  }
}

/** A transaction as others may see it. */
export type TransactionView = Readonly<
  Pick<Transaction, 'id' | 'producerId' | 'epoch' | 'timeoutMs' | 'startedAtMs' | 'state'>
> & { readonly partitions: ReadonlyMap<string, ReadonlySet<number>> };

/** What a transaction may include. */
export type TransactionPart =
  | { readonly groupId: string }
  | { readonly topic: string; readonly partition: number };
