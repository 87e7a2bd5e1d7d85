import type { StoredGroup } from '../../../core/index.ts';

export type RecordKind = 'checkpoint' | 'member' | 'ownership';

/**
 * `<namespace>/<hub>/<group>/`, what all blobs of a hub in a group begin with. Lower case, as the official JavaScript, Python and
 * .NET stores write it: the service does not tell names apart by case, blob storage does.
 */
export function groupPrefix({ namespace, group }: StoredGroup, topic: string): string {
  return `${namespace}/${topic}/${group}/`.toLowerCase();
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
