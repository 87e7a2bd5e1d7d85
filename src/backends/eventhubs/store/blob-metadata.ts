import { Buffer } from 'node:buffer';
import type { CheckpointEntry, MemberEntry, OwnershipEntry } from '../../../core/index.ts';
import { readMember, writeMember } from './member-text.ts';

/** Metadata of a blob: text by name. The service keeps the case of names, and finds them without regard to it. */
export type BlobMetadata = Readonly<Record<string, string>>;

/**
 * Bytes of text beside a position that are sure to fit: a blob's metadata may have 8 KiB with all its names, and text that is
 * no ASCII grows by a third.
 */
export const POSITION_TEXT_BYTES = 4096;

/** Position in the log of an event hub before its first event, as the service writes it. */
const BEFORE_FIRST = '-1';
/** What some .NET versions put where they know no offset. */
const NO_OFFSET = 'no offset';

/**
 * Ownership and checkpoints carry the names of the official stores and, beside them, ours: readers look names up, so they do
 * not see what they do not ask for, and writers replace everything, so ours are gone after an official write.
 */
export function ownershipMetadata({ owner, generation }: OwnershipEntry): BlobMetadata {
  return { ownerid: owner, ...generationMetadata(generation) };
}

export function readOwnership(
  metadata: BlobMetadata,
): Pick<OwnershipEntry, 'owner' | 'generation'> {
  const values = byLowerCase(metadata);
  return { owner: values.get('ownerid') ?? '', generation: generationOf(values) };
}

/**
 * Official checkpoints name the last event that was handled, our positions the next one to be handled. Both official values
 * are always there: the JavaScript store fails for the whole group where one is missing.
 */
export function checkpointMetadata(checkpoint: CheckpointEntry): BlobMetadata {
  const { offset, token, metadata, generation } = checkpoint;
  return {
    sequencenumber: offset === null ? '' : String(offset - 1),
    offset: token ?? (offset === 0 ? BEFORE_FIRST : ''),
    ...generationMetadata(generation),
    ...(metadata !== '' && textMetadata(metadata)),
  };
}

export function readCheckpoint(
  metadata: BlobMetadata,
): Omit<CheckpointEntry, 'topic' | 'partition'> {
  const values = byLowerCase(metadata);
  const last = integerOf(values.get('sequencenumber'));
  const token = values.get('offset') ?? '';
  return {
    offset: last === null ? null : last + 1,
    token: ['', NO_OFFSET, BEFORE_FIRST].includes(token) ? null : token,
    metadata: textOf(values),
    generation: generationOf(values),
  };
}

export function memberMetadata(member: MemberEntry): BlobMetadata {
  return { partitamember: writeMember(member) };
}

export function readMemberMetadata(metadata: BlobMetadata): ReturnType<typeof readMember> {
  return readMember(byLowerCase(metadata).get('partitamember'));
}

function generationMetadata(generation: number | null): BlobMetadata {
  return generation === null ? {} : { partitageneration: String(generation) };
}

function generationOf(values: ReadonlyMap<string, string>): number | null {
  return integerOf(values.get('partitageneration'));
}

/** Metadata travels in headers: printable ASCII goes as it is, anything else as base64. */
function textMetadata(text: string): BlobMetadata {
  return /^[!-~]+$/.test(text)
    ? { partitametadata: text }
    : { partitametadata64: Buffer.from(text).toString('base64') };
}

function textOf(values: ReadonlyMap<string, string>): string {
  const encoded = values.get('partitametadata64');
  return encoded === undefined
    ? (values.get('partitametadata') ?? '')
    : Buffer.from(encoded, 'base64').toString();
}

function integerOf(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d+$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

function byLowerCase(metadata: BlobMetadata): ReadonlyMap<string, string> {
  return new Map(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
}
