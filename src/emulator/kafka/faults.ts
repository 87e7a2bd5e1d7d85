import { errorCode, type KafkaErrorName } from '../../protocol/index.ts';
import type { KafkaDamage } from './damaged-records.ts';
import { checkFault } from './fault-check.ts';
import type { FaultRules, KafkaFaultTarget, KafkaRecordsTarget } from './fault-rules.ts';
import type { ServedVersions } from './served-versions.ts';

export interface KafkaAnswerFault extends KafkaFaultTarget {
  /** Official name of the error. */
  readonly error: KafkaErrorName;
}

export interface KafkaDelayFault extends KafkaFaultTarget {
  readonly delayMs: number;
}

export interface KafkaDropFault extends KafkaFaultTarget {
  /** The request is carried out, and only its answer is lost. @default false */
  readonly carriedOut?: boolean;
}

export interface KafkaThrottleFault extends KafkaFaultTarget {
  /** Told in the answer, as quotas do. */
  readonly throttleMs: number;
  /** The broker reads nothing from the connection for that time, as Kafka does from 2.0 on. @default true */
  readonly mute?: boolean;
}

export interface KafkaRecordsFault extends KafkaRecordsTarget {
  readonly damage: KafkaDamage;
}

export interface KafkaVersionFault {
  /** Name of the request as the protocol has it. */
  readonly api: string;
  /** Highest version that is still served; -1: none. */
  readonly maxVersion: number;
}

/** What faults reach into, beside the standing rules. */
export interface FaultReach {
  readonly versions: ServedVersions;
  dropConnections(clientId: string | undefined): number;
  /** Of one broker, or of all. @throws PartitaError `INVALID_CONFIG` when there is no such broker. */
  freeze(broker: number | undefined): void;
  thaw(broker: number | undefined): void;
}

/** Trouble on demand. */
export class KafkaFaults {
  readonly #rules: FaultRules;
  readonly #reach: FaultReach;

  /** @internal */
  constructor(rules: FaultRules, reach: FaultReach) {
    this.#rules = rules;
    this.#reach = reach;
  }

  /**
   * Answers requests with an error, without carrying them out.
   *
   * @throws InvalidConfigError with all problems at once; so do the others.
   */
  answer(fault: KafkaAnswerFault): void {
    checkFault('answer', fault);
    const { error, ...target } = fault;
    this.#rules.add(target, { kind: 'answer', errorCode: errorCode[error] });
  }

  /** Answers requests later; others on the same connection wait behind them. */
  delay(fault: KafkaDelayFault): void {
    checkFault('delay', fault);
    const { delayMs, ...target } = fault;
    this.#rules.add(target, { kind: 'delay', delayMs });
  }

  /** Cuts the connection instead of answering. */
  drop(fault: KafkaDropFault = {}): void {
    checkFault('drop', fault);
    const { carriedOut = false, ...target } = fault;
    this.#rules.add(target, { kind: 'drop', carriedOut });
  }

  /** Carries requests out and tells a throttle time, as a broker does whose quota is used up. */
  throttle(fault: KafkaThrottleFault): void {
    checkFault('throttle', fault);
    const { throttleMs, mute = true, ...target } = fault;
    this.#rules.add(target, { kind: 'throttle', throttleMs, mute });
  }

  /** Damages the records of fetches that bring some. The log itself stays as it is. */
  records(fault: KafkaRecordsFault): void {
    checkFault('records', fault);
    const { damage, ...target } = fault;
    this.#rules.addDamage(target, damage);
  }

  /** Serves and tells no version above this one. Clients know which there are since they connected: cut them off to ask anew. */
  limitVersion(fault: KafkaVersionFault): void {
    checkFault('limit-version', fault);
    this.#reach.versions.limit(fault.api, fault.maxVersion);
  }

  /** Takes connections and requests and answers none, until thawed: one broker, or all. */
  freeze(broker?: number): void {
    this.#reach.freeze(broker);
  }

  /** Answers what has come in meanwhile. */
  thaw(broker?: number): void {
    this.#reach.thaw(broker);
  }

  /** Cuts all connections now, or those of one client; says how many. */
  dropConnections(clientId?: string): number {
    return this.#reach.dropConnections(clientId);
  }

  /** How many faults wait to be met, or to be met again. */
  get standing(): number {
    return this.#rules.standing;
  }

  /** No more faults; frozen brokers thaw. What was moved or stopped stays so. */
  clear(): void {
    this.#rules.clear();
    this.#reach.versions.clearLimits();
    this.#reach.thaw(undefined);
  }
}
