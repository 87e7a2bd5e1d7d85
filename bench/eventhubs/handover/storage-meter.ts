import type { StorageProxy, StorageRequest } from '../../../test/support/storage-proxy.ts';

/** Calls of one kind, as Azure bills them. */
export interface StorageCalls {
  /** To know who is there and who owns what: lists, ownership, members. */
  readonly lists: number;
  readonly puts: number;
  readonly setMetadata: number;
  /** Positions; as many as there is traffic for. */
  readonly checkpoints: number;
  readonly others: number;
}

const none: StorageCalls = { lists: 0, puts: 0, setMetadata: 0, checkpoints: 0, others: 0 };

/** Counts what goes through a proxy to blob storage. */
export class StorageMeter {
  #calls: { -readonly [Kind in keyof StorageCalls]: number } = { ...none };

  constructor(proxy: StorageProxy) {
    proxy.change = (asked) => {
      this.#calls[kindOf(asked)]++;
    };
  }

  /** Since the last call of this. */
  take(): StorageCalls {
    const calls = this.#calls;
    this.#calls = { ...none };
    return calls;
  }
}

/** Those of coordination. */
export function coordinationCalls({ lists, puts, setMetadata, others }: StorageCalls): number {
  return lists + puts + setMetadata + others;
}

function kindOf({ method, url }: StorageRequest): keyof StorageCalls {
  const { pathname, searchParams } = new URL(url, 'http://storage');
  const comp = searchParams.get('comp');
  if (comp === 'list') return 'lists';
  if (method !== 'PUT') return 'others';
  if (pathname.includes('/checkpoint/')) return 'checkpoints';
  return comp === 'metadata' ? 'setMetadata' : 'puts';
}
