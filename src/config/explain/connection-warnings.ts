import type { AppConfig } from '../app-config.ts';
import { isSecretPath } from '../problems/hidden.ts';
import { msAt } from '../schema/defaults.ts';
import { type ConfigPath, sourceOf } from '../source.ts';
import { duration } from '../values.ts';
import type { ExplainedWarning } from './explanation.ts';
import { warn } from './warn.ts';

/** About how the broker is reached, and what stands in the file for that. */
export function connectionWarnings(config: AppConfig): ExplainedWarning[] {
  return [
    ...(config.backend === 'kafka' ? kafkaWarnings(config) : []),
    ...secretWarnings(config),
    ...(config.backend === 'memory' && config.memory?.autoCreate !== undefined
      ? [
          warn(
            ['memory', 'autoCreate'],
            'A topic whose name is misspelt comes into being too, and nobody notices.',
          ),
        ]
      : []),
  ];
}

function kafkaWarnings({ kafka = {}, producer = {} }: AppConfig): ExplainedWarning[] {
  const { ssl = false, sasl, profile = 'kafka', requestTimeout } = kafka;
  const warnings: ExplainedWarning[] = [];
  if (sasl !== undefined && ssl === false && ['plain', 'oauthbearer'].includes(sasl.mechanism))
    warnings.push(
      warn(
        ['kafka', 'ssl'],
        `There is no TLS: with ${sasl.mechanism}, ${sasl.mechanism === 'plain' ? 'the password' : 'the token'} goes over the network for everybody to read.`,
      ),
    );
  if (typeof ssl === 'object' && ssl.rejectUnauthorized === false)
    warnings.push(
      warn(
        ['kafka', 'ssl', 'rejectUnauthorized'],
        'Any certificate is taken: whoever sits in between can read everything and pass for the broker. Give its authority in ca instead.',
      ),
    );
  const isEndpoint = profile === 'eventhubs-kafka-endpoint';
  const requestMs = msAt(requestTimeout ?? (isEndpoint ? '60s' : '30s'), []);
  const deliveryMs = msAt(producer.deliveryTimeout, ['producer', 'deliveryTimeout']);
  if (deliveryMs < requestMs + msAt(producer.linger, ['producer', 'linger']))
    warnings.push(
      warn(
        ['producer', 'deliveryTimeout'],
        `It is over after ${duration(deliveryMs)}, a single request after ${duration(requestMs)}: one answer that gets lost leaves no time for a second try. Shorten kafka.requestTimeout, or raise it.`,
      ),
    );
  return warnings;
}

/** Passwords that were not filled in stand in the file, and wherever that is kept. */
function secretWarnings(config: AppConfig): ExplainedWarning[] {
  const source = sourceOf(config);
  if (source?.isData !== true || config.backend === 'memory') return [];
  return secretsIn(config[config.backend], [config.backend])
    .filter((path) => source.written(path) === undefined && !source.isOverridden(path))
    .map((path) =>
      warn(
        path,
        `A secret stands in the file. Fill it in: \${NAME}, or \${file:/run/secrets/name}.`,
      ),
    );
}

/** Those of an emulator are known to everybody. */
function secretsIn(value: unknown, path: ConfigPath): readonly ConfigPath[] {
  if (typeof value === 'string')
    return isSecretPath(path) && !/UseDevelopment(Emulator|Storage)=true/i.test(value)
      ? [path]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretsIn(inner, [...path, key]));
}
