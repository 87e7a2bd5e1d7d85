import type { AppConfig } from '../app-config.ts';
import { msAt } from '../schema/defaults.ts';
import { duration } from '../values.ts';
import { connectionWarnings } from './connection-warnings.ts';
import type { ConsumerFacts } from './consumer-facts.ts';
import { effectWarnings } from './effect-warnings.ts';
import type { ExplainedWarning, ExplainOptions } from './explanation.ts';
import { retryBudget } from './retry-budget.ts';
import { warn } from './warn.ts';

/** About the backend's section and what is written. */
export function appWarnings(
  config: AppConfig,
  consumers: readonly ConsumerFacts[],
  options: ExplainOptions,
): ExplainedWarning[] {
  const hasGroups = consumers.some(({ config: { group } }) => group !== undefined);
  return [
    ...(hasGroups && config.backend === 'eventhubs' ? checkpointWarnings(config, options) : []),
    ...producerWarnings(config),
    ...connectionWarnings(config),
    ...effectWarnings(config),
    ...healthWarnings(config, consumers),
  ];
}

/** A partition that waits for its one handler, or for the next try, is not stuck yet. */
function healthWarnings(
  { health }: AppConfig,
  consumers: readonly ConsumerFacts[],
): ExplainedWarning[] {
  if (health === undefined) return [];
  const stuckMs = msAt(health.stuckAfter, ['health', 'stuckAfter']);
  return consumers.flatMap(({ name, handlerTimeoutMs = 0, steps }) => {
    const longestMs = Math.max(handlerTimeoutMs, ...retryBudget(steps).waitsMs);
    if (longestMs < stuckMs) return [];
    return warn(
      ['health', 'stuckAfter'],
      `After ${duration(stuckMs)} a partition counts as stuck, but a handler or a wait between tries of ${name} may last ${duration(longestMs)}: liveness turns red, and the process may be killed, though all is well.`,
    );
  });
}

function checkpointWarnings(
  { eventhubs }: AppConfig,
  { processes }: ExplainOptions,
): ExplainedWarning[] {
  const kind = eventhubs?.checkpoints?.kind;
  const where = ['eventhubs', 'checkpoints'];
  if (kind === undefined)
    return [
      warn(where, 'There are none: a group has to be kept somewhere, and is refused without.'),
    ];
  if (kind === 'memory')
    return [
      warn(
        where,
        `They are in memory: a restart begins as if nothing had been handled${processes === 1 ? '' : ', and each process takes itself for the only member, so that several take all partitions from each other again and again'}. For tests only.`,
      ),
    ];
  if (kind === 'file' && processes !== 1)
    return [
      warn(where, 'They are in a folder: all processes have to be on the one machine that has it.'),
    ];
  return [];
}

function producerWarnings({ backend, producer = {}, kafka }: AppConfig): ExplainedWarning[] {
  const { acks = 'all', idempotent = acks === 'all', compression = 'none' } = producer;
  const warnings: ExplainedWarning[] = [];
  if (acks !== 'all' && backend !== 'eventhubs')
    warnings.push(
      warn(
        ['producer', 'acks'],
        `With acks ${acks} a record that counts as written can be lost when a broker fails. Dead letters and publish() wait for all nevertheless.`,
      ),
    );
  else if (!idempotent && backend === 'kafka')
    warnings.push(
      warn(
        ['producer', 'idempotent'],
        'Without it a retry can write a record twice, or before one that was sent earlier.',
      ),
    );
  const isEndpoint = backend === 'kafka' && kafka?.profile === 'eventhubs-kafka-endpoint';
  const isRefused =
    (backend === 'eventhubs' && compression !== 'none') ||
    (isEndpoint && !['none', 'gzip'].includes(compression));
  if (isRefused)
    warnings.push(
      warn(
        ['producer', 'compression'],
        `${compression} is refused by ${isEndpoint ? "Event Hubs' Kafka endpoint, which takes gzip only" : 'eventhubs: AMQP has no compression'}.`,
      ),
    );
  return warnings;
}
