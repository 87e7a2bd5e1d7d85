import { PartitaError } from '../../core/index.ts';
import { AmqpError } from '../amqp/conditions.ts';
import type { ConnectedReceivers } from '../amqp/connected-receivers.ts';
import type { AmqpConnection } from '../amqp/connection.ts';
import type { Namespace } from '../namespace.ts';
import type { FaultDuration, FaultOperation } from './fault-rules.ts';
import { type FaultTarget, matches } from './targets.ts';

export interface DetachFault extends FaultTarget {
  /** @default both */
  readonly role?: 'producer' | 'consumer';
  /** AMQP error condition. @default 'amqp:link:detach-forced' */
  readonly condition?: string;
  /** @default a sentence that names the emulator */
  readonly description?: string;
}

export interface DelayFault extends FaultTarget, FaultDuration {
  readonly delayMs: number;
  /** @default all work */
  readonly on?: FaultOperation;
}

export interface ThrottleFault extends FaultTarget, FaultDuration {}

export interface StealFault {
  readonly hub: string;
  readonly partition: string;
  /** @default '$Default' */
  readonly group?: string;
  /** Of the thief; receivers with a higher one keep the partition. @default higher than all that are connected */
  readonly ownerLevel?: number;
  /** Keep the partition until `clear`, so that lower owner levels are refused. @default false */
  readonly hold?: boolean;
}

/** Trouble on demand. Counts say how many connections or links were hit. */
export class Faults {
  readonly #namespace: Namespace;
  readonly #connections: () => readonly AmqpConnection[];
  readonly #held: (() => void)[] = [];

  /** @internal */
  constructor(namespace: Namespace, connections: () => readonly AmqpConnection[]) {
    this.#namespace = namespace;
    this.#connections = connections;
  }

  /** Cuts connections without a word: those with a link that matches, or all when nothing is named. */
  dropConnections(target: FaultTarget = {}): number {
    const isAny = Object.keys(target).length === 0;
    const hit = this.#connections().filter(
      ({ links }) => isAny || links.some(({ place }) => matches(target, place)),
    );
    for (const connection of hit) connection.drop();
    return hit.length;
  }

  /** Closes links with an error; their connections stay. */
  detachLinks({ role, condition, description, ...target }: DetachFault = {}): number {
    const error = new AmqpError(
      condition ?? 'amqp:link:detach-forced',
      description ?? 'The link was detached by the emulator, as it was asked to.',
    );
    const hit = this.#connections()
      .flatMap(({ links }) => links)
      .filter((link) => matches(target, link.place) && (role ?? link.role) === link.role);
    for (const link of hit) link.detach(error);
    return hit.length;
  }

  /** Holds back acknowledgements of sends, deliveries and management answers. */
  delay({ delayMs, on, times, forMs, ...target }: DelayFault): void {
    this.#namespace.faults.addDelay(target, { delayMs, on }, duration({ times, forMs }));
  }

  /** Answers sends and management requests with server-busy, which clients retry. */
  throttle({ times, forMs, ...target }: ThrottleFault = {}): void {
    this.#namespace.faults.addThrottle(target, duration({ times, forMs }));
  }

  /**
   * Disconnects the receivers of a partition as a receiver with a higher owner level would; 0 when one has a higher
   * level still.
   *
   * @throws PartitaError `UNKNOWN_TOPIC` or `UNKNOWN_PARTITION`.
   */
  steal({ hub: name, partition, group = '$Default', ownerLevel, hold }: StealFault): number {
    const receivers = this.#receivers(name, group, partition);
    const before = receivers.all;
    const highest = Math.max(-1, ...before.map(({ epoch }) => epoch ?? -1));
    const thief = {
      name: 'partita-emulator',
      epoch: ownerLevel ?? highest + 1,
      disconnect: () => {},
    };
    try {
      receivers.admit(thief);
    } catch (error) {
      if (error instanceof AmqpError) return 0;
      throw error;
    }
    if (hold === true) this.#held.push(() => receivers.leave(thief));
    else receivers.leave(thief);
    return before.length;
  }

  /** Refuses the hub to new links and requests, and detaches those it has. */
  refuseHub(hub: string): number {
    this.#namespace.faults.refuseHub(hub);
    return this.detachLinks({
      hub,
      condition: 'com.microsoft:entity-disabled',
      description: `The messaging entity 'sb://localhost/${hub}' is disabled.`,
    });
  }

  allowHub(hub: string): void {
    this.#namespace.faults.allowHub(hub);
  }

  /** Ends all standing faults. */
  clear(): void {
    this.#namespace.faults.clear();
    for (const release of this.#held.splice(0)) release();
  }

  #receivers(name: string, group: string, partition: string): ConnectedReceivers {
    const hub = this.#namespace.find(name);
    if (hub === undefined || !hub.hasGroup(group)) {
      throw new PartitaError(
        'UNKNOWN_TOPIC',
        `There is no hub '${name}' with a consumer group '${group}'.`,
        { topic: name },
      );
    }
    if (hub.partition(partition) === undefined) {
      throw new PartitaError(
        'UNKNOWN_PARTITION',
        `The hub '${name}' has no partition '${partition}'.`,
        { topic: name },
      );
    }
    return hub.receivers(group, partition);
  }
}

function duration({ times, forMs }: { [Limit in keyof FaultDuration]: number | undefined }) {
  return { ...(times !== undefined && { times }), ...(forMs !== undefined && { forMs }) };
}
