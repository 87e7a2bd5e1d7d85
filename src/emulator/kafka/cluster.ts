import { PartitaError } from '../../core/index.ts';
import type { Groups } from '../kafka-groups/groups.ts';
import type { Partition } from '../kafka-log/partition.ts';
import type { Topics } from '../kafka-log/topics.ts';
import { type CoordinatorOf, Coordinators, slotOf } from './coordinators.ts';

/** One of the brokers that clients see. */
export interface ClusterNode {
  readonly nodeId: number;
  /** Where clients are told to connect. */
  readonly address: { readonly host: string; port: number };
  /** Listens; a broker that does not leads and coordinates nothing. */
  running: boolean;
  /** Takes connections and requests, and answers none. */
  readonly freezer: { readonly frozen: boolean };
}

/** A partition's leader and its epoch. */
export interface Leadership {
  /** -1: nobody. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

/** Who leads what: brokers over one log, so that a move of a leader or a coordinator loses nothing. */
export class Cluster {
  readonly nodes: readonly ClusterNode[];
  readonly #topics: Topics;
  readonly #groups: Groups;
  readonly #coordinators: Coordinators;
  readonly #leaders = new WeakMap<Partition, number>();

  constructor(nodes: readonly ClusterNode[], topics: Topics, groups: Groups) {
    this.nodes = nodes;
    this.#topics = topics;
    this.#groups = groups;
    this.#coordinators = new Coordinators(nodes.map(({ nodeId }) => nodeId));
  }

  get running(): readonly ClusterNode[] {
    return this.nodes.filter(({ running }) => running);
  }

  /** The running broker with the lowest id. */
  get controller(): ClusterNode | undefined {
    return this.running[0];
  }

  /** @throws PartitaError `INVALID_CONFIG` when there is none of that id. */
  node(nodeId: number): ClusterNode {
    const found = this.nodes.find((each) => each.nodeId === nodeId);
    if (found !== undefined) return found;
    const known = this.nodes.map((each) => each.nodeId).join(', ');
    throw new PartitaError('INVALID_CONFIG', `There is no broker ${nodeId}; there are ${known}.`);
  }

  coordinator(of: CoordinatorOf): ClusterNode | undefined {
    const nodeId = this.#coordinators.find(of);
    return this.running.find((each) => each.nodeId === nodeId);
  }

  leader(topic: string, index: number): Leadership {
    const partition = this.#topics.partition(topic, index);
    if (partition === undefined) return { leaderId: -1, leaderEpoch: -1 };
    return {
      leaderId: this.#leaderOf(topic, index, partition),
      leaderEpoch: partition.log.epochs.current,
    };
  }

  /**
   * Elects a leader, under the next epoch. Without `to` it is the next running broker, or the same when there is no other.
   *
   * @throws PartitaError `UNKNOWN_TOPIC`, `UNKNOWN_PARTITION`, `INVALID_CONFIG` when that broker is none or does not run.
   */
  moveLeader(topic: string, index: number, to?: number): void {
    const found = this.#topics.get(topic);
    if (found === undefined)
      throw new PartitaError('UNKNOWN_TOPIC', `There is no topic '${topic}'.`, { topic });
    const partition = found.partitions[index];
    if (partition === undefined)
      throw new PartitaError('UNKNOWN_PARTITION', `Topic '${topic}' has no partition ${index}.`, {
        topic,
        partition: index,
      });
    const heir = to ?? this.#after(this.#leaderOf(topic, index, partition));
    this.#elect(partition, this.#runningNode(heir));
  }

  /**
   * Members and generation stay; who waits for others is sent to the new coordinator. Without `to` it is the next running broker.
   *
   * @throws PartitaError `INVALID_CONFIG` when that broker is none or does not run.
   */
  moveCoordinator(group: string, to?: number): void {
    const heir = to ?? this.#after(this.#coordinators.find({ group }));
    this.#coordinators.moveGroup(group, this.#runningNode(heir));
    this.#groups.get(group)?.disperse();
  }

  /** The broker is gone: the others take over what it led and coordinated. */
  stopped(nodeId: number): void {
    this.node(nodeId).running = false;
    this.#takeOver(nodeId);
  }

  /** What a broker that stopped had before stays with the others; it takes over what nobody leads. */
  started(nodeId: number): void {
    this.node(nodeId).running = true;
    for (const { nodeId: other, running } of this.nodes) if (!running) this.#takeOver(other);
  }

  #takeOver(nodeId: number): void {
    const heirs = this.running.map((each) => each.nodeId);
    if (heirs.length === 0) return;
    for (const { id } of this.#groups.all)
      if (this.#coordinators.find({ group: id }) === nodeId) this.#groups.get(id)?.disperse();
    this.#coordinators.leave(nodeId, heirs);
    let next = 0;
    for (const { name, partitions } of this.#topics.all)
      for (const [index, partition] of partitions.entries())
        if (this.#leaderOf(name, index, partition) === nodeId)
          this.#elect(partition, heirs[next++ % heirs.length] ?? nodeId);
  }

  #elect(partition: Partition, nodeId: number): void {
    this.#leaders.set(partition, nodeId);
    partition.log.epochs.begin(partition.log.endOffset);
    // Readers that wait at the old leader have to hear of it.
    partition.log.interrupt();
  }

  /** Leaders are spread over the brokers that run when a partition is first looked at. */
  #leaderOf(topic: string, index: number, partition: Partition): number {
    const known = this.#leaders.get(partition);
    if (known !== undefined) return known;
    const candidates = this.running;
    const leader = candidates[(slotOf(topic) + index) % candidates.length];
    if (leader === undefined) return -1;
    this.#leaders.set(partition, leader.nodeId);
    return leader.nodeId;
  }

  #after(nodeId: number): number {
    const running = this.running.map((each) => each.nodeId);
    const later = running.find((each) => each > nodeId);
    return later ?? running[0] ?? nodeId;
  }

  #runningNode(nodeId: number): number {
    if (this.node(nodeId).running) return nodeId;
    throw new PartitaError('INVALID_CONFIG', `Broker ${nodeId} is stopped; start it first.`);
  }
}
