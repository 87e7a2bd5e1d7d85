import { Buffer } from 'node:buffer';
import type { MemberEntry, MemberKey } from '../../../core/index.ts';

const FORM = 1;

type Described = Omit<MemberEntry, keyof MemberKey>;

/** A member's description as text of ASCII alone, so that it fits into a header. */
export function writeMember(member: MemberEntry): string {
  const { topic: _, memberId: __, userData, ...rest } = member;
  const encoded = Object.fromEntries(
    Object.entries(userData).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
  );
  return JSON.stringify({ form: FORM, ...rest, userData: encoded }).replace(
    /[^ -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Undefined for a text that no member of ours wrote. */
export function readMember(text: string | undefined): Described | undefined {
  const { topics, assignors, userData, session, sessionTimeoutMs, clientId, ...rest } = parse(text);
  if (!isObject(topics) || !Object.values(topics).every(Number.isSafeInteger)) return undefined;
  if (!Array.isArray(assignors) || !assignors.every(isText) || !isText(session)) return undefined;
  if (typeof sessionTimeoutMs !== 'number' || !(sessionTimeoutMs > 0)) return undefined;
  const { instanceId, rack } = rest;
  return {
    session,
    sessionTimeoutMs,
    topics: topics as Record<string, number>,
    assignors,
    userData: isObject(userData) ? decoded(userData) : {},
    clientId: isText(clientId) ? clientId : '',
    ...(isText(instanceId) && { instanceId }),
    ...(isText(rack) && { rack }),
  };
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : {};
  } catch {
    // Not ours; the caller hears it as undefined.
    return {};
  }
}

function decoded(userData: Record<string, unknown>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(userData)
      .filter((entry): entry is [string, string] => isText(entry[1]))
      .map(([name, text]) => [name, new Uint8Array(Buffer.from(text, 'base64'))]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
