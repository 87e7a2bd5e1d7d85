import type { ContainerClient } from '@azure/storage-blob';
import type { StoredGroup, StoredPosition, TopicPartition } from '../../../core/index.ts';
import { isMissingBlob } from './blob-errors.ts';

/** Where older software left its checkpoints. They are read once per partition and never changed. */
export interface LegacyCheckpoints {
  /** Azure Functions use the container `azure-webjobs-eventhub`. @default the container of the store */
  readonly container?: ContainerClient;
  /**
   * What stands before the partition id in names of blobs. Azure Functions write `<namespace>/<hub>/<group>/`, Event Processor
   * Host `<group>/`, or what it was given as prefix.
   *
   * @default both of those
   */
  readonly prefix?: string;
}

/** The blob's text holds a lease and a checkpoint; an empty offset stands for "nothing yet". */
export async function readLegacyCheckpoint(
  own: ContainerClient,
  { container = own, prefix }: LegacyCheckpoints,
  { namespace, group }: StoredGroup,
  { topic, partition }: TopicPartition,
): Promise<StoredPosition | null> {
  const prefixes =
    prefix === undefined ? [`${namespace}/${topic}/${group}/`, `${group}/`] : [prefix];
  for (const start of prefixes) {
    const position = parseLegacyCheckpoint(await textOf(container, `${start}${partition}`));
    if (position !== null) return position;
  }
  return null;
}

/** `{"Offset":"8591964920","SequenceNumber":960180,…}`; Python wrote `offset` and `sequence_number`. */
export function parseLegacyCheckpoint(text: string | null): StoredPosition | null {
  const values = fieldsOf(text);
  const token = values.get('offset');
  if (typeof token !== 'string' || token === '') return null;
  const last = values.get('sequencenumber') ?? values.get('sequence_number');
  const isNumber = typeof last === 'number' && Number.isSafeInteger(last);
  return { token, offset: isNumber ? last + 1 : null };
}

function fieldsOf(text: string | null): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
  } catch {
    // Some other blob of that name: as good as none.
    return new Map();
  }
}

async function textOf(container: ContainerClient, name: string): Promise<string | null> {
  try {
    return (await container.getBlobClient(name).downloadToBuffer()).toString();
  } catch (error) {
    if (isMissingBlob(error)) return null;
    throw error;
  }
}
