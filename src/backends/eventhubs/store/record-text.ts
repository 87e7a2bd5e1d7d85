import type { CheckpointEntry, OwnershipEntry, Stamp } from '../../../core/index.ts';
import { readMember, writeMember } from './member-text.ts';
import type { GroupRecord } from './record-table.ts';

type TimedRecord = GroupRecord & Pick<Stamp, 'modifiedMs'>;

/** A record as one JSON object. */
export function recordToText(record: GroupRecord, modifiedMs: number): string {
  const { kind, entry } = record;
  if (kind !== 'member') return JSON.stringify({ kind, modifiedMs, entry });
  const { topic, memberId } = entry;
  return JSON.stringify({ kind, modifiedMs, topic, memberId, member: writeMember(entry) });
}

/** Undefined for a text that was not written by `recordToText`. */
export function recordFromText(text: string): TimedRecord | undefined {
  const { kind, modifiedMs, entry, topic, memberId, member } = parse(text);
  if (typeof modifiedMs !== 'number') return undefined;
  if (kind === 'ownership') return { kind, modifiedMs, entry: entry as OwnershipEntry };
  if (kind === 'checkpoint') return { kind, modifiedMs, entry: entry as CheckpointEntry };
  const described = readMember(typeof member === 'string' ? member : undefined);
  if (kind !== 'member' || described === undefined) return undefined;
  return {
    kind,
    modifiedMs,
    entry: { topic: String(topic), memberId: String(memberId), ...described },
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // The caller hears it as undefined.
    return {};
  }
}
