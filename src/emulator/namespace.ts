import { type Clock, type Logger, PartitaError } from '../core/index.ts';
import { AmqpError, notFound } from './amqp/conditions.ts';
import type { AccessKeys } from './amqp/sas-token.ts';
import { DropReport } from './drop-report.ts';
import { FaultRules } from './faults/fault-rules.ts';
import { Hub, type HubDefinition } from './hub.ts';
import type { LogLimits } from './log/partition-log.ts';

/** What all connections of one emulator share. */
export interface NamespaceOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: LogLimits;
  readonly keys: AccessKeys;
  readonly maxMessageBytes: number;
}

/** The hubs of one emulator. */
export class Namespace {
  readonly clock: Clock;
  readonly log: Logger;
  readonly keys: AccessKeys;
  readonly maxMessageBytes: number;
  readonly faults: FaultRules;
  readonly dropReport: DropReport;
  readonly #limits: LogLimits;
  readonly #hubs = new Map<string, Hub>();

  constructor(options: NamespaceOptions) {
    this.clock = options.clock;
    this.log = options.log;
    this.keys = options.keys;
    this.maxMessageBytes = options.maxMessageBytes;
    this.#limits = options.limits;
    this.faults = new FaultRules(options.clock);
    this.dropReport = new DropReport(options.clock, options.log);
  }

  get hubs(): readonly Hub[] {
    return [...this.#hubs.values()];
  }

  /** @throws PartitaError `TOPIC_EXISTS` when there is a hub of that name. */
  addHub(definition: HubDefinition): void {
    const key = definition.name.toLowerCase();
    if (this.#hubs.has(key)) {
      throw new PartitaError('TOPIC_EXISTS', `The hub '${definition.name}' exists already.`, {
        topic: definition.name,
      });
    }
    this.#hubs.set(key, new Hub(definition, this.#limits, this.clock.now()));
  }

  find(name: string): Hub | undefined {
    return this.#hubs.get(name.toLowerCase());
  }

  /** As links ask for it: @throws AmqpError when there is none, or it is refused on purpose. */
  hubFor(name: string): Hub {
    const hub = this.find(name);
    if (hub === undefined) throw notFound(name);
    if (this.faults.isRefused(name)) {
      throw new AmqpError(
        'com.microsoft:entity-disabled',
        `The messaging entity 'sb://localhost/${hub.name}' is disabled.`,
      );
    }
    return hub;
  }
}
