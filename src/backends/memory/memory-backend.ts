import {
  type AdminSession,
  type Backend,
  type BackendEnv,
  type GroupListener,
  type GroupOptions,
  type GroupSession,
  InvalidConfigError,
  type ProducerOptions,
  type ProducerSession,
} from '../../core/index.ts';
import { MemoryAdminSession } from './admin-session.ts';
import type { Broker } from './broker.ts';
import type { Connection } from './connection.ts';
import { MemoryProducerSession } from './producer-session.ts';
import { ChosenSession } from './session/chosen-session.ts';
import { MemberSession } from './session/member-session.ts';

/** One application's view of the broker. */
export class MemoryBackend implements Backend {
  readonly #broker: Broker;
  readonly #env: BackendEnv;
  readonly #connection: Connection;
  readonly #groups: GroupSession[] = [];
  readonly #others: (ProducerSession | AdminSession)[] = [];

  constructor(broker: Broker, env: BackendEnv) {
    this.#broker = broker;
    this.#env = env;
    this.#connection = broker.connect(env);
  }

  openGroup(options: GroupOptions, listener: GroupListener): GroupSession {
    const session = this.#session(options, listener);
    this.#groups.push(session);
    return session;
  }

  openProducer(options: ProducerOptions): ProducerSession {
    const { topics, maxRecordBytes } = this.#broker;
    const producer = new MemoryProducerSession(
      { connection: this.#connection, topics, random: this.#env.random, maxRecordBytes },
      options,
    );
    this.#others.push(producer);
    return producer;
  }

  openAdmin(): AdminSession {
    const admin = new MemoryAdminSession(
      this.#connection,
      this.#broker.topics,
      this.#broker.groups,
    );
    this.#others.push(admin);
    return admin;
  }

  async close(): Promise<void> {
    for (const session of this.#groups) await session.close({ leave: true });
    for (const session of this.#others) await session.close();
    this.#broker.disconnect(this.#connection);
  }

  #session(options: GroupOptions, listener: GroupListener): GroupSession {
    const { topics, groups, commitMetadataBytes } = this.#broker;
    const { group, subscription } = options;
    const coordinator = group === null ? undefined : groups.get(group);
    const context = {
      connection: this.#connection,
      topics,
      options,
      listener,
      commitMetadataBytes,
    };
    if (subscription.kind === 'partitions')
      return new ChosenSession(context, subscription.partitions, coordinator);
    if (coordinator === undefined)
      throw new InvalidConfigError('group options', [
        'group is null, expected a name unless partitions are chosen',
      ]);
    return new MemberSession({ ...context, coordinator });
  }
}
