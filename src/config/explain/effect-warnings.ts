import type { AppConfig } from '../app-config.ts';
import type { ConfigPath } from '../source.ts';
import type { ExplainedWarning } from './explanation.ts';
import { warn } from './warn.ts';

/** Keys that a backend has nothing for, and why. */
const without: Readonly<
  Record<AppConfig['backend'], Readonly<Record<string, Readonly<Record<string, string>>>>>
> = {
  kafka: {},
  eventhubs: {
    producer: {
      acks: 'the service always stores an event several times before it acknowledges it',
      idempotent: 'AMQP has no such thing',
    },
    consumer: { isolation: 'there are no transactions over AMQP' },
    fetch: {
      maxWait: 'the service sends events as they come',
      minBytes: 'the service sends events as they come',
    },
  },
  memory: {
    producer: {
      linger: 'records are in the log at once',
      batchBytes: 'records are in the log at once',
      compression: 'records are not sent anywhere',
      idempotent: 'nothing is ever sent twice',
    },
    consumer: { isolation: 'there are no transactions in memory' },
    fetch: { maxWait: 'nothing is asked for', minBytes: 'nothing is asked for' },
  },
};

/** About settings that are given and do nothing on the backend that is named: they wait for another one. */
export function effectWarnings({
  backend,
  producer,
  consumers = [],
}: AppConfig): ExplainedWarning[] {
  const idle = (section: string, given: object | undefined, path: ConfigPath) =>
    Object.entries(without[backend][section] ?? {})
      .filter(([key]) => given !== undefined && key in given)
      .map(([key, why]) => warn([...path, key], `It has no effect on ${backend}: ${why}.`));
  return [
    ...idle('producer', producer, ['producer']),
    ...consumers.flatMap((consumer, i) => [
      ...idle('consumer', consumer, ['consumers', i]),
      ...idle('fetch', consumer.fetch, ['consumers', i, 'fetch']),
    ]),
  ];
}
