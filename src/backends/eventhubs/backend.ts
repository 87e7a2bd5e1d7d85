import {
  type AdminSession,
  type Backend,
  type BackendEnv,
  type GroupListener,
  type GroupOptions,
  type GroupSession,
  InvalidConfigError,
  PartitaError,
  type ProducerOptions,
  type ProducerSession,
  type StoredTopic,
} from '../../core/index.ts';
import { EventHubsAdmin } from './admin/admin.ts';
import { ChosenSession } from './group/chosen-session.ts';
import { GroupStore } from './group/group-store.ts';
import { MemberSession } from './group/member-session.ts';
import type { EventHubsSettings } from './options.ts';
import { EventHubsProducer } from './produce/producer.ts';
import { Hubs } from './sdk/hubs.ts';

interface Closable {
  close(options?: { readonly leave?: boolean }): Promise<void>;
}

/** One application's use of a namespace. */
export class EventHubsBackend implements Backend {
  readonly #settings: EventHubsSettings;
  readonly #env: BackendEnv;
  readonly #hubs: Hubs;
  readonly #open = new Set<Closable>();
  #closing: Promise<void> | undefined;

  /** @throws PartitaError `MISSING_PEER` when the client library is not installed. */
  constructor(settings: EventHubsSettings, env: BackendEnv) {
    this.#settings = settings;
    this.#env = env;
    this.#hubs = new Hubs(settings, env);
  }

  openGroup(options: GroupOptions, listener: GroupListener): GroupSession {
    this.#checkOpen();
    const { group, subscription } = options;
    const deps = { settings: this.#settings, hubs: this.#hubs, env: this.#env };
    const store = group === null ? undefined : this.#groupStore(group);
    if (subscription.kind === 'partitions') {
      const { partitions } = subscription;
      return this.#track(new ChosenSession({ ...deps, store, partitions }, options, listener));
    }
    if (subscription.kind === 'pattern')
      throw new InvalidConfigError('group options', [
        'topics is a pattern, but Event Hubs does not list its hubs: name them',
      ]);
    if (store === undefined)
      throw new InvalidConfigError('group options', [
        'group is null, expected a name unless partitions are chosen',
      ]);
    const { topics } = subscription;
    return this.#track(new MemberSession({ ...deps, store, topics }, options, listener));
  }

  openProducer(options: ProducerOptions): ProducerSession {
    this.#checkOpen();
    const { compression } = options;
    if (compression !== 'none')
      throw new InvalidConfigError('producer options', [
        `compression is ${compression}, but AMQP has none: compress the values, or leave it out`,
      ]);
    const { partitionRefreshMs } = this.#settings;
    const deps = { env: this.#env, hubs: this.#hubs, partitionRefreshMs };
    return this.#track(new EventHubsProducer(deps, options));
  }

  openAdmin(): AdminSession {
    this.#checkOpen();
    const groupStore = (group: string): GroupStore => this.#groupStore(group);
    const stored = () => this.#storedTopics();
    return this.#track(new EventHubsAdmin({ hubs: this.#hubs, groupStore, stored }));
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    try {
      await Promise.all([...this.#open].map((session) => session.close({ leave: true })));
    } finally {
      await this.#hubs.close();
    }
  }

  #groupStore(group: string): GroupStore {
    const { checkpoints, namespace } = this.#settings;
    if (checkpoints === undefined)
      throw new InvalidConfigError('Event Hubs options', [
        `checkpoints is missing, but group ${group} needs a place for its positions: give blobCheckpoints({ connectionString, container }), or --storage on the command line`,
      ]);
    return new GroupStore(checkpoints, { namespace, group });
  }

  async #storedTopics(): Promise<readonly StoredTopic[] | undefined> {
    const { checkpoints, namespace } = this.#settings;
    return checkpoints?.groups?.(namespace);
  }

  /** Closes the session with the backend, unless it was closed by then. */
  #track<Session extends Closable>(session: Session): Session {
    this.#open.add(session);
    const close = session.close.bind(session);
    session.close = (options) => close(options).finally(() => this.#open.delete(session));
    return session;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined)
      throw new PartitaError('CLOSED', 'The Event Hubs backend is closed.');
  }
}
