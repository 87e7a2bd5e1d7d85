import type {
  BrokerAddress,
  ClusterMetadata,
  Link,
  SendOptions,
  Wire,
} from '../../../src/backends/kafka/wire/wire.ts';
import { type Clock, PartitaError, type Random } from '../../../src/core/index.ts';
import {
  type Api,
  describeGroupsApi,
  errorCode,
  type FindCoordinatorResponse,
  findCoordinatorApi,
  type HeartbeatRequest,
  type HeartbeatResponse,
  heartbeatApi,
  type JoinGroupRequest,
  joinGroupApi,
  type LeaveGroupRequest,
  type LeaveGroupResponse,
  type ListOffsetsRequest,
  type ListOffsetsResponse,
  leaveGroupApi,
  listOffsetsApi,
  type OffsetCommitRequest,
  type OffsetCommitResponse,
  type OffsetFetchRequest,
  type OffsetFetchResponse,
  offsetCommitApi,
  offsetFetchApi,
  type SyncGroupRequest,
  syncGroupApi,
} from '../../../src/protocol/index.ts';
import { SimGroup } from './sim-group.ts';

/** The wire of one client. While it is offline nothing arrives and connections break. */
export interface SimWire extends Wire {
  offline: boolean;
}

type Handler = (request: unknown) => unknown;

/** Brokers on a virtual clock with one consumer group: every fault is an assignment or a call. */
export class SimCluster {
  readonly clock: Clock;
  readonly random: Random;
  readonly group: SimGroup;
  readonly topics = new Map<string, number>();
  readonly links = new Set<SimLink>();
  readonly down = new Set<number>();
  readonly brokers = 3;
  coordinatorId = 1;
  loading = false;
  /** Every request seen, as `Name@broker`. */
  readonly requests: string[] = [];
  /** Called with each commit that was stored. */
  onCommit: (request: OffsetCommitRequest) => void = () => {};
  /** Partitions whose committed position waits for a transaction. */
  readonly unstable = new Set<string>();

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
    this.group = new SimGroup(clock);
  }

  wire(): SimWire {
    const own = new Set<SimLink>();
    const wire = { offline: false };
    const isOffline = () => wire.offline;
    return Object.assign(wire, {
      link: (address: BrokerAddress) => {
        const link = new SimLink(this, address, isOffline);
        own.add(link);
        this.links.add(link);
        return link;
      },
      metadata: async (topics: readonly string[] | null) => {
        await this.travel();
        if (isOffline() || this.down.size === this.brokers) throw failed('no broker is up');
        return this.metadata(topics);
      },
      close: async () => {
        for (const link of own) link.close();
      },
    });
  }

  /** The way of a message from one end to the other. */
  travel(): Promise<void> {
    const ms = 1 + Math.floor(this.random() * 4);
    return new Promise((resolve) => this.clock.schedule(ms, resolve));
  }

  /** Ends a broker as `kill -9` would: its connections break, its group moves when `moveCoordinator` is called. */
  kill(nodeId: number): void {
    this.down.add(nodeId);
    if (nodeId === this.coordinatorId) this.group.stop();
    for (const link of this.links) if (link.nodeId === nodeId) link.cut();
  }

  moveCoordinator(nodeId: number): void {
    this.coordinatorId = nodeId;
    this.group.reload();
  }

  metadata(topics: readonly string[] | null): ClusterMetadata {
    const brokers = new Map(
      [1, 2, 3].map((nodeId) => [nodeId, { nodeId, host: 'sim', port: nodeId }]),
    );
    const partition = (number: number) => ({
      partition: number,
      leaderId: 1 + (number % this.brokers),
      leaderEpoch: 0,
      replicas: [1, 2, 3],
    });
    const described = [...this.topics]
      .filter(([topic]) => topics?.includes(topic) ?? true)
      .map(([topic, count]) => {
        const partitions = Array.from({ length: count }, (_, i) => partition(i));
        return [topic, { topic, internal: false, partitions }] as const;
      });
    return { brokers, topics: new Map(described), controllerId: 1 };
  }

  /** Answers what a broker would; requests to the group are refused where it is not at home. */
  handle(nodeId: number, api: Api<never, unknown>): Handler {
    this.requests.push(`${api.name}@${nodeId}`);
    const handlers: Record<number, Handler> = {
      [findCoordinatorApi.key]: () => this.#coordinator(),
      [listOffsetsApi.key]: (request) => listed(request as ListOffsetsRequest),
      [joinGroupApi.key]: (request) => this.group.join(request as JoinGroupRequest),
      [syncGroupApi.key]: (request) => this.group.sync(request as SyncGroupRequest),
      [heartbeatApi.key]: (request) => this.#heartbeat(request as HeartbeatRequest),
      [leaveGroupApi.key]: (request) => this.#leave(request as LeaveGroupRequest),
      [describeGroupsApi.key]: () => ({ throttleTimeMs: 0, groups: [this.group.describe()] }),
      [offsetCommitApi.key]: (request) => this.#commit(request as OffsetCommitRequest),
      [offsetFetchApi.key]: (request) => this.#fetch(request as OffsetFetchRequest),
    };
    const handler = handlers[api.key];
    if (handler === undefined) throw new Error(`the simulation knows no ${api.name}`);
    const grouped = api.key !== findCoordinatorApi.key && api.key !== listOffsetsApi.key;
    if (!grouped) return handler;
    if (nodeId !== this.coordinatorId) return refuse(api, errorCode.NOT_COORDINATOR);
    return this.loading ? refuse(api, errorCode.COORDINATOR_LOAD_IN_PROGRESS) : handler;
  }

  #coordinator(): FindCoordinatorResponse {
    const away = this.coordinatorId === 0;
    return {
      throttleTimeMs: 0,
      errorCode: away ? errorCode.COORDINATOR_NOT_AVAILABLE : errorCode.NONE,
      errorMessage: null,
      nodeId: this.coordinatorId,
      host: 'sim',
      port: this.coordinatorId,
    };
  }

  #heartbeat(request: HeartbeatRequest): HeartbeatResponse {
    return { throttleTimeMs: 0, errorCode: this.group.heartbeat(request) };
  }

  #leave(request: LeaveGroupRequest): LeaveGroupResponse {
    this.group.leave(request);
    return { throttleTimeMs: 0, errorCode: 0, members: [] };
  }

  #commit(request: OffsetCommitRequest): OffsetCommitResponse {
    const code = this.group.commit(request);
    if (code === errorCode.NONE) this.onCommit(request);
    return {
      throttleTimeMs: 0,
      topics: request.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({ partition, errorCode: code })),
      })),
    };
  }

  #fetch({ topics }: OffsetFetchRequest): OffsetFetchResponse {
    const read = (topic: string, partition: number) => {
      const key = `${topic}-${partition}`;
      const stored = this.group.offsets.get(key);
      return {
        partition,
        offset: stored?.offset ?? -1,
        leaderEpoch: -1,
        metadata: stored?.metadata ?? '',
        errorCode: this.unstable.has(key) ? errorCode.UNSTABLE_OFFSET_COMMIT : 0,
      };
    };
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      topics: (topics ?? []).map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map((partition) => read(topic, partition)),
      })),
    };
  }
}

/** One connection: requests are handled one after the other, answers come back in that order. */
export class SimLink implements Link {
  readonly address: BrokerAddress;
  closed = false;
  readonly #cluster: SimCluster;
  readonly #waiting = new Set<(error: PartitaError) => void>();
  readonly #isOffline: () => boolean;
  #turn: Promise<void> = Promise.resolve();

  constructor(cluster: SimCluster, address: BrokerAddress, isOffline: () => boolean) {
    this.#cluster = cluster;
    this.#isOffline = isOffline;
    this.address = address;
  }

  get nodeId(): number {
    return this.address.port;
  }

  send<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    { timeoutMs }: SendOptions,
  ): Promise<Response> {
    if (this.closed) return Promise.reject(new PartitaError('CLOSED', 'link is closed'));
    api.encode(request, api.versions.max);
    return new Promise((resolve, reject) => {
      const fail = (error: PartitaError) => {
        cancel();
        reject(error);
      };
      const cancel = this.#cluster.clock.schedule(timeoutMs, () =>
        this.#end(new PartitaError('TIMEOUT', `${api.name} timed out`, { retriable: true })),
      );
      this.#waiting.add(fail);
      const before = this.#turn;
      this.#turn = this.#answer(before, api as Api<never, unknown>, request).then((response) => {
        if (!this.#waiting.delete(fail)) return;
        cancel();
        resolve(response as Response);
      });
    });
  }

  version(api: Api<never, unknown>): number {
    return api.versions.max;
  }

  close(): void {
    this.#end(new PartitaError('CLOSED', 'link was closed'));
  }

  /** The network breaks the connection. What the broker has read, it does. */
  cut(): void {
    this.#end(failed('connection reset'));
  }

  #end(error: PartitaError): void {
    this.closed = true;
    this.#cluster.links.delete(this);
    for (const fail of [...this.#waiting]) fail(error);
    this.#waiting.clear();
  }

  async #answer(before: Promise<void>, api: Api<never, unknown>, request: unknown) {
    await this.#cluster.travel();
    await before;
    if (this.#isOffline() || this.#cluster.down.has(this.nodeId)) {
      this.cut();
      return undefined;
    }
    if (this.closed && this.#cluster.random() < 0.5) return undefined;
    const response = await this.#cluster.handle(this.nodeId, api)(request);
    await this.#cluster.travel();
    if (this.#isOffline()) this.cut();
    return response;
  }
}

function failed(what: string): PartitaError {
  return new PartitaError('CONNECTION_FAILED', what, { retriable: true });
}

function refuse(api: Api<never, unknown>, code: number): Handler {
  return (request) => {
    if (api.key === describeGroupsApi.key)
      return { throttleTimeMs: 0, groups: [{ errorCode: code }] };
    if (api.key !== offsetCommitApi.key)
      return { throttleTimeMs: 0, errorCode: code, memberId: '', members: [], topics: [] };
    const { topics } = request as OffsetCommitRequest;
    return {
      throttleTimeMs: 0,
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({ partition, errorCode: code })),
      })),
    };
  };
}

/** Every log begins at 0 and ends at 100. */
function listed({ topics }: ListOffsetsRequest): ListOffsetsResponse {
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, timestampMs }) => ({
        partition,
        errorCode: 0,
        timestampMs: -1,
        offset: timestampMs === -2 ? 0 : 100,
        leaderEpoch: 0,
      })),
    })),
  };
}
