import { createRequire } from 'node:module';
import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ProtocolError } from '../protocol-error.ts';
import { compressXerial, decompressSnappy } from './snappy-framing.ts';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

interface Codec {
  readonly name: Compression;
  compress(bytes: Buffer): Buffer;
  decompress(bytes: Buffer): Buffer;
}

/** More than any broker accepts in one batch; keeps a damaged or hostile one from taking all memory. */
const MAX_BATCH_BYTES = 0x4000_0000;

// Decoding is synchronous, and most programs never meet these codecs, so they are loaded on first use by `require`.
const load = createRequire(import.meta.url);
const snappy = lazy<typeof import('snappy')>('snappy');
const lz4 = lazy<typeof import('lz4-napi')>('lz4-napi');

/** By the number in a batch's attributes. */
const codecs: readonly Codec[] = [
  { name: 'none', compress: (bytes) => bytes, decompress: (bytes) => bytes },
  {
    name: 'gzip',
    compress: (bytes) => gzipSync(bytes),
    decompress: (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_BATCH_BYTES }),
  },
  {
    name: 'snappy',
    compress: (bytes) => compressXerial(bytes, (block) => snappy().compressSync(block)),
    decompress: (bytes) =>
      decompressSnappy(bytes, MAX_BATCH_BYTES, (block) => toBuffer(snappy().uncompressSync(block))),
  },
  {
    name: 'lz4',
    compress: (bytes) => lz4().compressFrameSync(bytes),
    decompress: (bytes) => lz4().decompressFrameSync(bytes),
  },
  {
    name: 'zstd',
    compress: (bytes) =>
      zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
    decompress: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: MAX_BATCH_BYTES }),
  },
];

/** The number that stands for a codec in a batch's attributes. */
export function compressionId(name: Compression): number {
  return codecs.findIndex((codec) => codec.name === name);
}

/** The codec of a number. @throws ProtocolError `UNSUPPORTED` for an unknown one. */
export function compressionName(id: number): Compression {
  return codecOf(id).name;
}

/** @throws ProtocolError `UNSUPPORTED` when the codec's package has no build for this platform. */
export function compress(bytes: Buffer, name: Compression): Buffer {
  return codecOf(compressionId(name)).compress(bytes);
}

/** @throws ProtocolError `CORRUPT` or, for an unknown codec, `UNSUPPORTED`. */
export function decompress(bytes: Buffer, id: number): Buffer {
  const codec = codecOf(id);
  try {
    return codec.decompress(bytes);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError('CORRUPT', `Records do not decompress as ${codec.name}.`, { cause });
  }
}

function codecOf(id: number): Codec {
  const codec = codecs[id];
  if (codec !== undefined) return codec;
  throw new ProtocolError('UNSUPPORTED', `Records are compressed with unknown codec ${id}.`);
}

function toBuffer(value: Buffer | string): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : value;
}

function lazy<Module>(name: string): () => Module {
  let loaded: Module | undefined;
  return () => {
    try {
      loaded ??= load(name) as Module;
      return loaded;
    } catch (cause) {
      throw new ProtocolError('UNSUPPORTED', `Package ${name} cannot be loaded.`, { cause });
    }
  };
}
