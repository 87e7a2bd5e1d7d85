import type { StoredGroup, StoredTopic } from '../../../core/index.ts';

export type RecordKind = 'checkpoint' | 'member' | 'ownership';

/**
 * `<namespace>/<hub>/<group>/`, what all blobs of a hub in a group begin with. Lower case, as the official JavaScript, Python and
 * .NET stores write it: the service does not tell names apart by case, blob storage does.
 */
export function groupPrefix({ namespace, group }: StoredGroup, topic: string): string {
  return `${namespace}/${topic}/${group}/`.toLowerCase();
}

/** Hub and group of a blob of that namespace; undefined for blobs that are none of ours. A hub may have slashes in its name. */
export function topicOfBlob(name: string, namespace: string): StoredTopic | undefined {
  const prefix = `${namespace}/`.toLowerCase();
  if (!name.startsWith(prefix)) return undefined;
  const parts = name.slice(prefix.length).split('/');
  const group = parts.at(-3);
  const topic = parts.slice(0, -3).join('/');
  if (group === undefined || topic === '') return undefined;
  const isOurs = parseBlobName(name, `${prefix}${topic}/${group}/`) !== undefined;
  return isOurs ? { topic, group } : undefined;
}

/** Partition ids are kept as they are; member ids are encoded, they may hold anything. */
export function blobName(group: StoredGroup, topic: string, kind: RecordKind, id: string): string {
  return `${groupPrefix(group, topic)}${kind}/${encodeURIComponent(id)}`;
}

/** What a name below `groupPrefix` stands for; undefined for blobs that are none of ours. */
export function parseBlobName(
  name: string,
  prefix: string,
): { readonly kind: RecordKind; readonly id: string } | undefined {
  const [kind, id, ...deeper] = name.slice(prefix.length).split('/');
  if (id === undefined || deeper.length > 0) return undefined;
  if (kind === 'member') return { kind, id: decodeURIComponent(id) };
  if ((kind === 'checkpoint' || kind === 'ownership') && /^\d+$/.test(id)) return { kind, id };
  return undefined;
}
