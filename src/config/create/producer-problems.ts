import type { AppConfig } from '../app-config.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import type { AppParts } from './app-parts.ts';

/** What a backend would refuse when something is written for the first time. */
export function producerProblems(
  { backend, producer = {}, kafka }: AppConfig,
  parts: AppParts,
): ConfigProblem[] {
  if (parts.backend !== undefined) return [];
  const { compression = 'none' } = producer;
  const path = ['producer', 'compression'];
  if (backend === 'eventhubs' && compression !== 'none')
    return [
      {
        path,
        text: `producer.compression is '${compression}', expected 'none' on eventhubs: AMQP has no compression`,
      },
    ];
  const isEndpoint = backend === 'kafka' && kafka?.profile === 'eventhubs-kafka-endpoint';
  if (isEndpoint && !['none', 'gzip'].includes(compression))
    return [
      {
        path,
        text: `producer.compression is '${compression}', expected 'none' or 'gzip': Event Hubs' Kafka endpoint takes no other`,
      },
    ];
  return [];
}
