import type { BackendEnv } from '../../core/index.ts';
import { Connection } from './connection.ts';
import { Faults } from './faults.ts';
import { Groups } from './group/groups.ts';
import { type AutoCreate, Topics } from './log/topics.ts';

export interface BrokerSettings {
  readonly topics: Readonly<Record<string, number>>;
  readonly autoCreate: AutoCreate | undefined;
  readonly maxRecordBytes: number;
  readonly commitMetadataBytes: number;
}

/** What all applications opened from one definition share. */
export class Broker {
  readonly topics: Topics;
  readonly groups: Groups;
  readonly faults: Faults = new Faults();
  readonly maxRecordBytes: number;
  readonly commitMetadataBytes: number;
  readonly #connections = new Set<Connection>();

  constructor({ topics, autoCreate, maxRecordBytes, commitMetadataBytes }: BrokerSettings) {
    this.topics = new Topics(topics, autoCreate);
    this.groups = new Groups(this.topics);
    this.maxRecordBytes = maxRecordBytes;
    this.commitMetadataBytes = commitMetadataBytes;
  }

  connect({ clientId, clock }: BackendEnv): Connection {
    const connection = new Connection(clientId, clock, this.faults);
    this.#connections.add(connection);
    return connection;
  }

  disconnect(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** What the process of that name has open. */
  connectionsOf(clientId: string): Connection[] {
    return [...this.#connections].filter((connection) => connection.clientId === clientId);
  }
}
