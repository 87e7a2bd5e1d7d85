import { isUtf8 } from 'node:buffer';
import { type Header, InvalidConfigError, nearest, type ProducerRecord } from '../core/index.ts';
import { bytesOf, isTextOrBytes } from './record-text.ts';

/** What lines are, and what all of their records have in common. */
export interface LineForm {
  readonly input: 'text' | 'json';
  readonly key?: string;
  readonly keySeparator?: string;
  readonly header?: readonly (readonly [string, string])[];
  readonly partition?: number;
}

/** Turns lines into records; what is wrong with one is told with its number. */
export class RecordLines {
  readonly #form: LineForm;
  readonly #headers: readonly Header[];
  #number = 0;

  constructor(form: LineForm) {
    this.#form = form;
    this.#headers = (form.header ?? []).map(([name, value]) => ({
      name,
      value: Buffer.from(value),
    }));
  }

  /** Undefined for a blank line among JSON: it is none. */
  record(line: Buffer): ProducerRecord | undefined {
    this.#number++;
    const { input, key, partition } = this.#form;
    const place = partition !== undefined && { partition };
    if (input === 'json') {
      const text = this.#textOf(line);
      return text.trim() === '' ? undefined : { ...this.#fromJson(text), ...place };
    }
    const [ownKey, value] = this.#split(line);
    return { key: ownKey ?? key ?? null, value, headers: this.#headers, ...place };
  }

  /** A record of its own, without a value. */
  tombstone(): ProducerRecord {
    const { key = null, partition } = this.#form;
    const place = partition !== undefined && { partition };
    return { key, value: null, headers: this.#headers, ...place };
  }

  #textOf(line: Buffer): string {
    if (!isUtf8(line)) throw this.#wrong('is no UTF-8; write bytes as { "base64": … }');
    return line.toString('utf8').replace(/^\uFEFF/, '');
  }

  #split(line: Buffer): readonly [Buffer | undefined, Buffer] {
    const { keySeparator } = this.#form;
    if (keySeparator === undefined) return [undefined, line];
    const at = line.indexOf(keySeparator);
    if (at < 0) throw this.#wrong(`has no '${keySeparator}' between key and value`);
    return [line.subarray(0, at), line.subarray(at + Buffer.byteLength(keySeparator))];
  }

  #fromJson(line: string): ProducerRecord {
    const given = this.#parse(line);
    for (const name of Object.keys(given)) this.#checkName(name);
    const { key = null, value, headers = {}, partition } = given;
    const record = {
      key: this.#bytes('key', key) ?? this.#form.key ?? null,
      headers: [...this.#headersOf(headers), ...this.#headers],
      ...(this.#form.partition === undefined &&
        partition !== undefined && { partition: this.#partition(partition) }),
    };
    if (value === undefined)
      throw this.#wrong('has no value; a record that deletes its key has "value": null');
    return { ...record, value: this.#bytes('value', value) };
  }

  /** A misspelt value would be a deletion. */
  #checkName(name: string): void {
    if (names.includes(name)) return;
    const meant = nearest(name, names);
    const hint = meant === undefined ? `expected ${names.join(', ')}` : `did you mean ${meant}?`;
    throw this.#wrong(`has '${name}', which no record has; ${hint}`);
  }

  #headersOf(headers: unknown): readonly Header[] {
    if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
      throw this.#wrong(`has headers ${JSON.stringify(headers)}; expected { "name": "value" }`);
    return Object.entries(headers).flatMap(([name, given]) =>
      (Array.isArray(given) && given.length > 0 ? given : [given]).map((value: unknown) => ({
        name,
        value: this.#bytes(`headers.${name}`, value),
      })),
    );
  }

  #partition(given: unknown): number {
    if (Number.isSafeInteger(given) && Number(given) >= 0) return Number(given);
    throw this.#wrong(`has partition ${JSON.stringify(given)}; expected a whole number`);
  }

  #bytes(name: string, given: unknown): Buffer | null {
    if (isTextOrBytes(given)) return bytesOf(given);
    const shown = JSON.stringify(given);
    throw this.#wrong(`has ${name} ${shown}; expected text, null or { "base64": … }`);
  }

  #parse(line: string): JsonLine {
    try {
      const parsed: unknown = JSON.parse(line);
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
    } catch (error) {
      throw this.#wrong(`is no JSON: ${(error as Error).message}`);
    }
    throw this.#wrong('is no object; expected { "key": …, "value": … }');
  }

  #wrong(what: string): InvalidConfigError {
    return new InvalidConfigError('input', [`line ${this.#number} ${what}`]);
  }
}

/** As `tail` and `dlq` print it: where a record was and why it failed says nothing about where it is written. */
const names = [
  ...['key', 'value', 'headers', 'partition'],
  ...['topic', 'offset', 'timestamp', 'failure'],
];

/** What a line may have; of what type it is shows when it is read. */
interface JsonLine {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly headers?: unknown;
  readonly partition?: unknown;
}
