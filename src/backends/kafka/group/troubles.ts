import type { GroupListener, PartitaError, TopicPartition } from '../../../core/index.ts';

/** Who may be in trouble: talking to the coordinator, or reading. */
export type TroubleSource = 'group' | 'reading';

/** Tells the engine of passing trouble, and that it is over once none of those who were in it is any more. */
export class Troubles {
  readonly #listener: Pick<GroupListener, 'failed' | 'recovered'>;
  readonly #open = new Set<TroubleSource>();

  constructor(listener: Pick<GroupListener, 'failed' | 'recovered'>) {
    this.#listener = listener;
  }

  failed(source: TroubleSource, error: PartitaError, partition?: TopicPartition): void {
    if (partition === undefined && error.retriable) this.#open.add(source);
    this.#listener.failed(error, partition);
  }

  works(source: TroubleSource): void {
    if (this.#open.delete(source) && this.#open.size === 0) this.#listener.recovered?.();
  }
}
