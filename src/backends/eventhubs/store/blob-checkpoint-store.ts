import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import {
  type CheckpointEntry,
  type CheckpointRecord,
  type CheckpointStore,
  type GroupSnapshot,
  type MemberEntry,
  type MemberKey,
  type MemberRecord,
  type OwnershipEntry,
  type OwnershipRecord,
  PartitaError,
  type Stamp,
  type StoredGroup,
  type StoredPosition,
  type StoredTopic,
  type TopicPartition,
} from '../../../core/index.ts';
import { blobError, isConditionFailure } from './blob-errors.ts';
import {
  type BlobMetadata,
  checkpointMetadata,
  memberMetadata,
  ownershipMetadata,
  readCheckpoint,
  readMemberMetadata,
  readOwnership,
} from './blob-metadata.ts';
import { blobName, groupPrefix, parseBlobName, topicOfBlob } from './blob-names.ts';
import { checkContainer } from './container-check.ts';
import { type LegacyCheckpoints, readLegacyCheckpoint } from './legacy-checkpoint.ts';

export interface BlobCheckpointStoreOptions {
  readonly container: ContainerClient;
  /** Checkpoints of Event Processor Host or Azure Functions to begin from. @default none */
  readonly legacy?: LegacyCheckpoints;
  /**
   * What to do about a storage account that keeps old versions or deleted blobs: each heartbeat and checkpoint leaves one more,
   * lists get slower by the hour and the bill grows.
   *
   * @default 'refuse'
   */
  readonly keptVersions?: 'refuse' | 'allow';
}

/**
 * Groups in blob storage, in the format of the official SDKs: `<namespace>/<hub>/<group>/ownership|checkpoint/<partition>`, empty
 * blobs with everything in metadata. Members are beside them, in `member/`, where official software does not look.
 */
export class BlobCheckpointStore implements CheckpointStore {
  readonly name: string;
  readonly #container: ContainerClient;
  readonly #legacy: LegacyCheckpoints | undefined;
  readonly #keptVersions: 'refuse' | 'allow';
  readonly legacyCheckpoint?: (
    group: StoredGroup,
    partition: TopicPartition,
  ) => Promise<StoredPosition | null>;

  constructor({ container, legacy, keptVersions = 'refuse' }: BlobCheckpointStoreOptions) {
    this.name = `blob container ${container.containerName} of ${container.accountName}`;
    this.#container = container;
    this.#legacy = legacy;
    this.#keptVersions = keptVersions;
    if (legacy !== undefined) this.legacyCheckpoint = this.#legacyCheckpoint.bind(this);
  }

  async check(group: StoredGroup): Promise<void> {
    await this.#try('try out the blobs of the group', () =>
      checkContainer(this.#container, group, {
        store: this.name,
        refusesVersions: this.#keptVersions === 'refuse',
      }),
    );
  }

  async load(group: StoredGroup, topics: readonly string[]): Promise<GroupSnapshot> {
    const parts = await Promise.all(topics.map((topic) => this.#loadTopic(group, topic)));
    return {
      serverTimeMs: Math.min(...parts.map(({ serverTimeMs }) => serverTimeMs)),
      members: parts.flatMap(({ members }) => members),
      ownerships: parts.flatMap(({ ownerships }) => ownerships),
      checkpoints: parts.flatMap(({ checkpoints }) => checkpoints),
    };
  }

  async groups(namespace: string): Promise<readonly StoredTopic[]> {
    const found = new Map<string, StoredTopic>();
    await this.#try('list the groups', async () => {
      const prefix = `${namespace}/`.toLowerCase();
      for await (const { name } of this.#container.listBlobsFlat({ prefix })) {
        const place = topicOfBlob(name, namespace);
        if (place !== undefined) found.set(`${place.topic}/${place.group}`, place);
      }
    });
    return [...found.values()];
  }

  putMember(group: StoredGroup, member: MemberEntry, etag: string | null): Promise<Stamp | null> {
    const name = blobName(group, member.topic, 'member', member.memberId);
    return this.#put(name, memberMetadata(member), etag);
  }

  async removeMember(
    group: StoredGroup,
    { topic, memberId }: MemberKey,
    etag: string,
  ): Promise<void> {
    const blob = this.#container.getBlobClient(blobName(group, topic, 'member', memberId));
    await this.#try('delete a member', () =>
      blob.delete({ conditions: { ifMatch: quoted(etag) } }).catch(unlessConditionFailed),
    );
  }

  putOwnership(
    group: StoredGroup,
    ownership: OwnershipEntry,
    etag: string | null,
  ): Promise<Stamp | null> {
    const name = blobName(group, ownership.topic, 'ownership', String(ownership.partition));
    return this.#put(name, ownershipMetadata(ownership), etag);
  }

  putCheckpoint(
    group: StoredGroup,
    checkpoint: CheckpointEntry,
    etag: string | null,
  ): Promise<Stamp | null> {
    const name = blobName(group, checkpoint.topic, 'checkpoint', String(checkpoint.partition));
    return this.#put(name, checkpointMetadata(checkpoint), etag);
  }

  async #legacyCheckpoint(
    group: StoredGroup,
    partition: TopicPartition,
  ): Promise<StoredPosition | null> {
    const legacy = this.#legacy;
    if (legacy === undefined) return null;
    return this.#try('read a legacy checkpoint', () =>
      readLegacyCheckpoint(this.#container, legacy, group, partition),
    );
  }

  /** One List brings members, ownership and checkpoints together, up to 5000 of them in one answer. */
  async #loadTopic(group: StoredGroup, topic: string): Promise<GroupSnapshot> {
    const prefix = groupPrefix(group, topic);
    const members: MemberRecord[] = [];
    const ownerships: OwnershipRecord[] = [];
    const checkpoints: CheckpointRecord[] = [];
    let serverTimeMs = Number.POSITIVE_INFINITY;
    await this.#try('list the group', async () => {
      const pages = this.#container.listBlobsFlat({ prefix, includeMetadata: true }).byPage();
      for await (const page of pages) {
        serverTimeMs = Math.min(serverTimeMs, page.date?.getTime() ?? serverTimeMs);
        for (const item of page.segment.blobItems) {
          const place = parseBlobName(item.name, prefix);
          if (place === undefined) continue;
          const stamp = stampOf(item.properties);
          const metadata = item.metadata ?? {};
          const partition = Number(place.id);
          if (place.kind === 'ownership')
            ownerships.push({ topic, partition, ...readOwnership(metadata), ...stamp });
          else if (place.kind === 'checkpoint')
            checkpoints.push({ topic, partition, ...readCheckpoint(metadata), ...stamp });
          else {
            const member = readMemberMetadata(metadata);
            if (member !== undefined)
              members.push({ topic, memberId: place.id, ...member, ...stamp });
          }
        }
      }
    });
    if (!Number.isFinite(serverTimeMs))
      throw new PartitaError(
        'UNSUPPORTED',
        `${this.name} does not say what time it is: its answers have no Date header. Check what stands between it and this machine`,
      );
    return { serverTimeMs, members, ownerships, checkpoints };
  }

  /**
   * Creates by Put Blob and changes by Set Metadata. Set Metadata on condition that the blob does not exist would not be
   * honoured everywhere, and Put Blob over an existing one leaves a deleted copy where soft delete is on.
   */
  #put(name: string, metadata: BlobMetadata, etag: string | null): Promise<Stamp | null> {
    const blob = this.#container.getBlockBlobClient(name);
    const writeable = { ...metadata };
    return this.#try(`write ${name}`, async () => {
      try {
        return stampOf(
          etag === null
            ? await blob.upload('', 0, { metadata: writeable, conditions: { ifNoneMatch: '*' } })
            : await blob.setMetadata(writeable, { conditions: { ifMatch: quoted(etag) } }),
        );
      } catch (error) {
        return unlessConditionFailed(error);
      }
    });
  }

  async #try<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw blobError(this.name, what, error);
    }
  }
}

function unlessConditionFailed(error: unknown): null {
  if (isConditionFailure(error)) return null;
  throw error;
}

type Stamped = Pick<BlobItem['properties'], 'etag' | 'lastModified'>;

/** Answers to writes have the etag in quotes, lists do not. */
function stampOf({ etag, lastModified }: Partial<Stamped>): Stamp {
  return {
    etag: (etag ?? '').replaceAll('"', ''),
    modifiedMs: lastModified?.getTime() ?? 0,
  };
}

function quoted(etag: string): string {
  return `"${etag}"`;
}
