import { promisify } from 'node:util';
import { gunzip as gunzipCallback, gzip as gzipCallback } from 'node:zlib';
import {
  type ConsumerRecord,
  defineMiddleware,
  formatPartition,
  type Header,
  headerText,
  InvalidConfigError,
  type Middleware,
  OptionCheck,
  PartitaError,
  type ProducerRecord,
  withContent,
} from '../core/index.ts';

const compress = promisify(gzipCallback);
const decompress = promisify(gunzipCallback);
const encodingHeader = 'content-encoding';

export interface GzipOptions {
  /** Values smaller than this are written as they are, in bytes. @default 1024 */
  readonly minBytes?: number;
  /** Most bytes that a value may have when it is decompressed; more is a failure, not memory. @default 64 MiB */
  readonly maxBytes?: number;
  /** 1 (fast) to 9 (small). @default 6 (zlib's own) */
  readonly level?: number;
}

/**
 * Compresses values that are written, marked by the header `content-encoding: gzip`, and shows values with that header as
 * they were, before they are decoded. Values that do not get smaller, that have such a header already, and dead letters are
 * written as they are. For backends without compression of their own, and for values that are read by others; the
 * `compression` of a Kafka producer compresses whole batches and gets them smaller.
 *
 * @throws InvalidConfigError with all problems of the options at once.
 */
export function gzip(options: GzipOptions = {}): Middleware {
  const { minBytes, maxBytes, level } = resolve(options);
  return defineMiddleware({
    name: 'gzip',
    async handle(call, next) {
      if (!call.records.some(isGzip)) {
        await next();
        return;
      }
      const shown = await Promise.all(
        call.records.map(async (record, index) => {
          try {
            return await asWas(record, maxBytes);
          } catch (error) {
            call.fail(index, unreadable(record, maxBytes, error));
            return record;
          }
        }),
      );
      await next({ records: shown });
    },
    async produce(call, next) {
      const records = await Promise.all(
        call.records.map((record) => compressed(record, minBytes, level)),
      );
      return next({ records });
    },
  });
}

function isGzip({ headers }: ConsumerRecord): boolean {
  return headers.some(
    ({ name, value }) => isEncoding(name) && headerText(value)?.trim().toLowerCase() === 'gzip',
  );
}

function isEncoding(name: string): boolean {
  return name.toLowerCase() === encodingHeader;
}

async function asWas(record: ConsumerRecord, maxBytes: number): Promise<ConsumerRecord> {
  const { value } = record;
  if (value === null || !isGzip(record)) return record;
  return withContent(record, {
    value: await decompress(value, { maxOutputLength: maxBytes }),
    headers: record.headers.filter(({ name }) => !isEncoding(name)),
  });
}

async function compressed(
  record: ProducerRecord,
  minBytes: number,
  level: number,
): Promise<ProducerRecord> {
  const { value, headers = [] }: Partial<ProducerRecord> = Object(record);
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  // What is no record at all is for the producer to refuse.
  if (!Buffer.isBuffer(bytes) || bytes.length < minBytes || headers === null) return record;
  const list: readonly Header[] = Array.isArray(headers)
    ? headers
    : Object.entries(headers).map(([name, content]) => ({
        name,
        value: typeof content === 'string' ? Buffer.from(content) : content,
      }));
  if (list.some(({ name }) => isEncoding(name))) return record;
  const smaller = await compress(bytes, { level });
  if (smaller.length >= bytes.length) return record;
  const mark = { name: encodingHeader, value: Buffer.from('gzip') };
  return { ...record, value: smaller, headers: [...list, mark] };
}

function unreadable(record: ConsumerRecord, maxBytes: number, cause: unknown): PartitaError {
  const { topic, partition, offset } = record;
  const tooLarge = (cause as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
  const why = tooLarge
    ? `it has more than the ${maxBytes} bytes that maxBytes of gzip() allows`
    : `it says content-encoding: gzip, but ${cause instanceof Error ? cause.message : String(cause)}`;
  return new PartitaError(
    'DECODE_FAILED',
    `The value of ${formatPartition(record)} at offset ${offset} was not decompressed: ${why}. The consumer's onError policy decides about it.`,
    { topic, partition, offset, cause },
  );
}

function resolve(options: GzipOptions): Required<GzipOptions> {
  const check = new OptionCheck();
  const given: Partial<GzipOptions> = check.object('options', options);
  check.known('', given, ['minBytes', 'maxBytes', 'level']);
  const { minBytes = 1024, maxBytes = 64 * 1024 * 1024, level = 6 } = given;
  check.count('minBytes', minBytes, 0);
  check.count('maxBytes', maxBytes, 1);
  if (check.count('level', level, 1) > 9) check.problem(`level is ${level}, expected 1 to 9`);
  if (check.problems.length > 0) throw new InvalidConfigError('gzip options', check.problems);
  return { minBytes, maxBytes, level };
}
