import type { Partitioner, ProducerOptions } from '../../core/index.ts';
import {
  roundRobinPartitioner,
  type StickyOptions,
  stickyPartitioner,
} from '../../partitioners/index.ts';
import type { ProducerConfig } from '../app-config.ts';
import { inMilliseconds } from './in-milliseconds.ts';
import type { References } from './references.ts';

/** The defaults of `app.producer()` that section `producer` stands for. */
export async function producerOptionsOf(
  { partitioner, ...settings }: ProducerConfig = {},
  references: References,
): Promise<Partial<ProducerOptions>> {
  const path = ['producer'];
  const options: Partial<ProducerOptions> = inMilliseconds(settings, path);
  if (partitioner === undefined || partitioner === 'keyed') return options;
  const where = [...path, 'partitioner'];
  if (partitioner === 'roundrobin') return { ...options, partitioner: roundRobinPartitioner() };
  if (partitioner === 'sticky')
    return { ...options, partitioner: stickyPartitioner(bytesOf(options.batchBytes)) };
  const loaded = await references.load(partitioner, where, 'a partitioner', isPartitioner);
  return loaded === undefined ? options : { ...options, partitioner: loaded };
}

function bytesOf(batchBytes: number | undefined): StickyOptions {
  return batchBytes === undefined ? {} : { batchBytes };
}

function isPartitioner(value: unknown): value is Partitioner {
  const { name, create } = Object(value) as Partial<Partitioner>;
  return typeof name === 'string' && typeof create === 'function';
}
