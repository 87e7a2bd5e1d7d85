import { BatchReader, errorName } from '../../../src/protocol/index.ts';

/** One request of a scenario, and what came back: each field by its path, what differs from run to run masked by its name. */
export interface Exchange {
  readonly request: string;
  readonly answer: Readonly<Record<string, string>>;
}

/** Of which kind a value is that no two runs share; equal ones get equal numbers. */
const masks: Readonly<Record<string, string>> = {
  memberId: 'member',
  leader: 'member',
  topicId: 'topic id',
  producerId: 'producer',
  host: 'host',
  clientHost: 'host',
  port: 'port',
  clusterId: 'cluster',
  path: 'path',
  totalBytes: 'bytes',
  usableBytes: 'bytes',
};
/** Fields by which the elements of an array are told apart, and brought into one order. */
const keys = [
  'topic',
  'transactionalId',
  'partition',
  'groupId',
  'nodeId',
  'name',
  'key',
  'apiKey',
  'firstOffset',
];
/** Names that scenarios ask for and nobody can have. */
const impossible = /^(|\.\.?|A[ /]b|Ä|X+)$/;
const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
/** Records of scenarios are older; what is newer was taken from a clock. */
const CLOCK_FROM_MS = 1_750_000_000_000;

/** Turns answers into text that can be compared. One per scenario: it remembers which ids it has seen. */
export class Transcript {
  readonly #prefix: string;
  readonly #seen = new Map<string, string>();

  /** `prefix` is in front of all names of the scenario, and is taken away. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  fieldsOf(answer: unknown): Readonly<Record<string, string>> {
    const fields: Record<string, string> = {};
    this.#walk('', '', answer, fields);
    return fields;
  }

  #walk(path: string, name: string, value: unknown, into: Record<string, string>): void {
    const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
    if (Buffer.isBuffer(value)) {
      into[path] = name === 'records' ? this.#batches(value) : this.#plain(readable(value));
    } else if (Array.isArray(value)) {
      const ours = value.filter((one) => !this.#isForeign(one));
      if (ours.length === 0) into[path] = '[]';
      const labelled = ours.map((one: unknown, at) => [this.#label(one) ?? String(at), one]);
      if (isMember(ours[0]))
        labelled.sort(([, one], [, other]) => (this.#bare(one) < this.#bare(other) ? -1 : 1));
      else if (this.#label(ours[0]) !== undefined)
        labelled.sort(([one], [other]) => String(one).localeCompare(String(other)));
      for (const [at, [label, one]] of labelled.entries())
        this.#walk(below(isMember(one) ? String(at) : String(label)), name, one, into);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) this.#walk(below(key), key, one, into);
    } else {
      into[path] = this.#text(name, value);
    }
  }

  #text(name: string, value: unknown): string {
    if (/errorCode$/i.test(name)) return errorName(Number(value));
    if (value === null || value === '' || value === -1 || value === NO_TOPIC_ID)
      return JSON.stringify(value);
    if (/message$/i.test(name)) return '<text>';
    const kind = masks[name];
    if (kind !== undefined) return this.#masked(kind, String(value));
    if (typeof value === 'number' && value > CLOCK_FROM_MS) return '<time>';
    return typeof value === 'string' ? this.#plain(value) : JSON.stringify(value);
  }

  #plain(text: string): string {
    return text
      .replaceAll(this.#prefix, '')
      .replaceAll(Buffer.from(this.#prefix).toString('hex'), '');
  }

  /** A broker that others use as well tells of their topics and groups too. */
  #isForeign(element: unknown): boolean {
    if (typeof element !== 'object' || element === null) return false;
    const { topic, groupId, transactionalId } = element as Readonly<Record<string, unknown>>;
    const name = topic ?? groupId ?? transactionalId;
    return typeof name === 'string' && !impossible.test(name) && !name.startsWith(this.#prefix);
  }

  #masked(kind: string, value: string): string {
    const known = this.#seen.get(`${kind} ${value}`);
    if (known !== undefined) return known;
    const number = [...this.#seen.keys()].filter((key) => key.startsWith(`${kind} `)).length + 1;
    const mask = `<${kind} ${number}>`;
    this.#seen.set(`${kind} ${value}`, mask);
    return mask;
  }

  #label(element: unknown): string | undefined {
    if (typeof element !== 'object' || element === null) return undefined;
    for (const key of keys) {
      const value = (element as Record<string, unknown>)[key];
      if (value !== undefined && value !== null) return this.#plain(String(value));
    }
    return undefined;
  }

  /** Members come in no order; what they say, and before that how long we know them, brings them into one. */
  #bare(member: unknown): string {
    const bare = JSON.stringify(member, (key, value: unknown) =>
      key === 'memberId' || key === 'clientHost' ? undefined : value,
    );
    const { memberId } = member as { readonly memberId?: unknown };
    return `${bare} ${this.#seen.get(`member ${String(memberId)}`) ?? 'new'}`;
  }

  #batches(bytes: Buffer): string {
    const reader = new BatchReader(bytes);
    const batches: string[] = [];
    for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
      const kind = batch.isControl
        ? ` ${batch.controlType}`
        : batch.isTransactional
          ? ' transactional'
          : '';
      const { baseOffset, lastOffset, partitionLeaderEpoch, timestampType } = batch;
      batches.push(
        `${baseOffset}-${lastOffset}${kind}, epoch ${partitionLeaderEpoch}, ${timestampType} time`,
      );
    }
    return `[${batches.join('; ')}]`;
  }
}

function isMember(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'memberId' in value;
}

function readable(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return /^[\x20-\x7e]*$/.test(text) ? JSON.stringify(text) : bytes.toString('hex');
}
