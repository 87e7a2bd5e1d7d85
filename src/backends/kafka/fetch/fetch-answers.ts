import type { PartitaError } from '../../../core/index.ts';
import {
  errorCode,
  type FetchedPartition,
  type FetchResponse,
  type ListOffsetsResponse,
  type OffsetForLeaderEpochResponse,
} from '../../../protocol/index.ts';
import type { BrokerNode } from '../wire/wire.ts';
import type { BrokerEvents, FetchBroker } from './fetch-broker.ts';
import { brokerError, damage, isStaleMetadata, refusal } from './fetch-errors.ts';
import { FetchedBytes } from './fetched-bytes.ts';
import { fetchedEnd } from './fetched-end.ts';
import type { FetcherOptions } from './fetcher.ts';
import { LostPlaces } from './lost-places.ts';
import type { Ask, PartitionState } from './partition-state.ts';

/** Bytes that may be damaged on their way; stored damage stays. */
const maxCorruptReads = 3;
/** As Java's `metadata.max.age.ms`: then the leader chooses a replica anew. */
const replicaMs = 300_000;
/** As long as a broker may take to notice that a replica is dead. */
const noReplicaMs = 30_000;
/** A batch can be that large at most: what a broker accepts is bounded by its `message.max.bytes`. */
const largestBatchBytes = 0x1000_0000;

/** What the answers' reader needs from the fetcher. */
export interface AnswerContext {
  readonly options: FetcherOptions;
  now(): number;
  /** Whether more may be fetched, as far as memory goes. */
  hasRoom(): boolean;
  state(topic: string, partition: number): PartitionState | undefined;
  broker(nodeId: number): BrokerNode | undefined;
  /** Have this broker asked. */
  assign(state: PartitionState, node: BrokerNode): void;
  /** Find its leader, after a failure. */
  retry(state: PartitionState): void;
  /** Reports once until the trouble is over. */
  report(error: PartitaError, state?: PartitionState): void;
  /** There is something to deliver, or to ask. */
  fetched(states: readonly PartitionState[], broker: FetchBroker): void;
}

/** Decides what an answer means for each partition. */
export class FetchAnswers implements BrokerEvents {
  readonly #context: AnswerContext;
  readonly #lostPlaces: LostPlaces;
  /** Brokers that failed and have not answered since, by node id. */
  readonly #unreachable = new Set<number>();
  /** False once a broker turned out not to know that request. */
  #epochChecks = true;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#lostPlaces = new LostPlaces(context);
  }

  hasRoom(): boolean {
    return this.#context.hasRoom();
  }

  fetched(broker: FetchBroker, ask: Ask, response: FetchResponse): void {
    this.#unreachable.delete(broker.node.nodeId);
    for (const { topic, partitions } of response.topics)
      for (const answer of partitions) {
        const state = this.#answered(ask, topic, answer.partition);
        if (state !== undefined) this.#fetchedPartition(broker, state, answer);
      }
    this.#unanswered(ask, 'Fetch', response.errorCode);
    for (const state of broker.states)
      if (state.paused) for (const parked of state.fetched) parked.detach();
    this.#context.fetched(ask.states, broker);
  }

  newPositions(_broker: FetchBroker, ask: Ask, response: ListOffsetsResponse): void {
    for (const { topic, partitions } of response.topics)
      for (const { partition, errorCode: code, offset } of partitions) {
        const state = this.#answered(ask, topic, partition);
        if (state === undefined) continue;
        if (code !== errorCode.NONE) this.#refused('ListOffsets', code, state);
        else if (offset < 0) this.#refused('ListOffsets', errorCode.OFFSET_NOT_AVAILABLE, state);
        else this.#lostPlaces.found(state, offset);
      }
    this.#unanswered(ask, 'ListOffsets', errorCode.UNKNOWN_SERVER_ERROR);
  }

  epochEnds(_broker: FetchBroker, ask: Ask, response: OffsetForLeaderEpochResponse): void {
    for (const { topic, partitions } of response.topics)
      for (const { partition, errorCode: code, leaderEpoch, endOffset } of partitions) {
        const state = this.#answered(ask, topic, partition);
        if (state === undefined) continue;
        if (code !== errorCode.NONE) this.#refused('OffsetForLeaderEpoch', code, state);
        else this.#lostPlaces.compare(state, { offset: endOffset, epoch: leaderEpoch });
      }
    this.#unanswered(ask, 'OffsetForLeaderEpoch', errorCode.UNKNOWN_SERVER_ERROR);
  }

  failed(broker: FetchBroker, ask: Ask, error: PartitaError): void {
    const states = ask.states.filter((state) => state.asked === ask);
    for (const state of states) state.asked = null;
    if (error.code === 'UNSUPPORTED' && states[0]?.need === 'epoch-check') {
      // Event Hubs has no OffsetForLeaderEpoch; its partitions do not move between leaders either.
      this.#epochChecks = false;
      for (const state of states) state.need = 'records';
      return;
    }
    const { nodeId } = broker.node;
    // CLOSED: by us, because the broker has another address now.
    if (error.code !== 'CLOSED' && !this.#unreachable.has(nodeId)) {
      this.#unreachable.add(nodeId);
      this.#context.report(brokerError(error));
    }
    for (const state of states) this.#fail(state);
  }

  /** The bytes at `state.delivered` do not make sense. */
  damaged(state: PartitionState, cause: unknown): void {
    state.rewind();
    state.corruptReads++;
    const again = state.corruptReads <= maxCorruptReads;
    state.halted = !again;
    state.trouble = null;
    this.#context.report(damage(state, cause, again), state);
    if (again) this.#fail(state);
  }

  /** The partition, if the question still counts; its turn to be asked again comes after. */
  #answered(ask: Ask, topic: string, partition: number): PartitionState | undefined {
    const state = this.#context.state(topic, partition);
    if (state?.asked !== ask) return undefined;
    state.asked = null;
    return state;
  }

  #fetchedPartition(broker: FetchBroker, state: PartitionState, answer: FetchedPartition): void {
    if (answer.errorCode !== errorCode.NONE) {
      this.#fetchRefused(broker, state, answer);
      return;
    }
    state.failures = 0;
    state.trouble = null;
    if (answer.divergingEpoch !== null) {
      const { epoch, endOffset } = answer.divergingEpoch;
      this.#lostPlaces.compare(state, { offset: endOffset, epoch });
      return;
    }
    const { records } = answer;
    if (records !== null && records.length > 0) this.#keep(broker, state, answer, records);
    if (answer.preferredReadReplica >= 0) this.#toReplica(state, answer.preferredReadReplica);
    else this.#expireReplica(state);
  }

  #keep(broker: FetchBroker, state: PartitionState, answer: FetchedPartition, bytes: Buffer): void {
    const { options } = this.#context;
    const { end, wholeBatches } = fetchedEnd(bytes, state.wanted);
    if (wholeBatches === 0 && couldBeCut(bytes)) {
      this.#askForMore(state);
      return;
    }
    state.maxBytes = options.fetch.maxBytesPerPartition;
    const aborted = options.isolation === 'committed' ? answer.abortedTransactions : undefined;
    state.fetched.push(new FetchedBytes(bytes, answer.highWatermark, aborted));
    state.wanted = end;
    broker.states.delete(state);
    broker.states.add(state);
  }

  /** Brokers send the first batch whole, whatever its size (KIP-74); others cut it at the size they were given. */
  #askForMore(state: PartitionState): void {
    if (state.fetched.length > 0) return;
    if (state.maxBytes < largestBatchBytes)
      state.maxBytes = Math.min(largestBatchBytes, state.maxBytes * 2);
    else this.damaged(state, new Error(`A batch does not end within ${largestBatchBytes} bytes.`));
  }

  #fetchRefused(broker: FetchBroker, state: PartitionState, answer: FetchedPartition): void {
    const { errorCode: code, currentLeader } = answer;
    if (state.brokerId !== state.leaderId) {
      // A replica may be behind or gone; what counts is what the leader says.
      this.#fail(state);
      return;
    }
    if (code === errorCode.OFFSET_OUT_OF_RANGE) {
      state.need = 'new-position';
      return;
    }
    if (code === errorCode.CORRUPT_MESSAGE && state.fetched.length === 0) {
      this.damaged(state, new Error('The broker says CORRUPT_MESSAGE.'));
      return;
    }
    const hint = currentLeader && this.#context.broker(currentLeader.leaderId);
    // Two brokers that each name the other would have us run in circles, so only the first hint is followed.
    if (hint && hint.nodeId !== broker.node.nodeId && state.failures === 0) {
      state.failures++;
      state.leaderId = hint.nodeId;
      this.#context.assign(state, hint);
      this.leaderIs(state, currentLeader.leaderEpoch);
      return;
    }
    this.#refused('Fetch', code, state);
  }

  /** New leaders may have lost what the old one sent us, so after a change the common past is looked for. */
  leaderIs(state: PartitionState, leaderEpoch: number): void {
    const changed =
      leaderEpoch !== state.leaderEpoch && leaderEpoch >= 0 && state.wanted.epoch >= 0;
    state.leaderEpoch = leaderEpoch;
    if (changed && this.#epochChecks && state.need === 'records') state.need = 'epoch-check';
  }

  #toReplica(state: PartitionState, nodeId: number): void {
    if (nodeId === state.brokerId) return;
    const node = this.#context.broker(nodeId);
    if (node === undefined) {
      this.#fail(state);
      return;
    }
    state.replicaUntilMs = this.#context.now() + replicaMs;
    this.#context.assign(state, node);
  }

  #expireReplica(state: PartitionState): void {
    if (state.brokerId === state.leaderId || state.replicaUntilMs > this.#context.now()) return;
    const leader = this.#context.broker(state.leaderId);
    if (leader !== undefined) this.#context.assign(state, leader);
  }

  #refused(api: string, code: number, state: PartitionState): void {
    if (!isStaleMetadata(code) || state.failures > 0)
      this.#context.report(refusal(api, code, state), state);
    this.#fail(state);
  }

  #fail(state: PartitionState): void {
    if (state.brokerId !== state.leaderId)
      state.noReplicaUntilMs = this.#context.now() + noReplicaMs;
    state.failures++;
    this.#context.retry(state);
  }

  /** A broker answers for all that was asked, or the request failed as a whole. */
  #unanswered(ask: Ask, api: string, code: number): void {
    for (const state of ask.states) {
      if (state.asked !== ask) continue;
      state.asked = null;
      this.#refused(api, code, state);
    }
  }
}

/** The first batch says that it is longer than what came. */
function couldBeCut(bytes: Buffer): boolean {
  return bytes.length < 61 || 12 + bytes.readInt32BE(8) > bytes.length;
}
