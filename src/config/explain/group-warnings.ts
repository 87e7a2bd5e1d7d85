import type { AppConfig } from '../app-config.ts';
import { consumerName } from '../create/consumer-name.ts';
import { sourceOf } from '../source.ts';
import { duration } from '../values.ts';
import type { ConsumerFacts } from './consumer-facts.ts';
import type { ExplainedWarning, ExplainOptions } from './explanation.ts';
import { isCooperative, isNamed } from './rebalance-lines.ts';
import { warn } from './warn.ts';

/** About membership: assignors, static names, members without work. */
export function groupWarnings(
  facts: ConsumerFacts,
  config: AppConfig,
  options: ExplainOptions,
): ExplainedWarning[] {
  if (facts.config.partitions !== undefined) return chosenWarnings(facts, options);
  return [
    ...assignorWarnings(facts),
    ...instanceWarnings(facts, config, options),
    ...idleWarnings(facts, config, options),
    ...patternWarnings(facts, config),
    ...sessionWarnings(facts, config),
    ...sharedWarnings(facts, config),
  ];
}

/** `group.min.session.timeout.ms` and `group.max.session.timeout.ms` of Kafka; what Microsoft documents for Event Hubs. */
function sessionWarnings(
  { path, sessionTimeoutMs, backend }: ConsumerFacts,
  { kafka }: AppConfig,
): ExplainedWarning[] {
  const where = [...path, 'sessionTimeout'];
  if (backend === 'kafka') {
    const isEndpoint = kafka?.profile === 'eventhubs-kafka-endpoint';
    const mostMs = isEndpoint ? 300_000 : 1_800_000;
    if (sessionTimeoutMs >= 6_000 && sessionTimeoutMs <= mostMs) return [];
    return [
      warn(
        where,
        `Brokers take from 6 s to ${duration(mostMs)}${isEndpoint ? '' : ' unless they are told otherwise'}: with ${duration(sessionTimeoutMs)} they refuse the member (INVALID_SESSION_TIMEOUT).`,
      ),
    ];
  }
  if (backend !== 'eventhubs' || sessionTimeoutMs >= 10_000) return [];
  return [
    warn(
      where,
      `After ${duration(sessionTimeoutMs)} of a slow or throttled checkpoint store members take each other for dead, and partitions move though nobody has failed.`,
    ),
  ];
}

/** Each of them is a member, whose coming and going the others notice. */
function sharedWarnings(
  { path, name, config: { group } }: ConsumerFacts,
  { consumers = [] }: AppConfig,
): ExplainedWarning[] {
  const sharing = consumers.filter((other) => other.group === group);
  const [first] = sharing;
  if (sharing.length < 2 || first === undefined || consumerName(first) !== name) return [];
  const topics = new Set(sharing.map((other) => JSON.stringify(other.topics)));
  if (topics.size < 2) return [];
  return [
    warn(
      [...path, 'group'],
      `${sharing.map(consumerName).join(' and ')} read different topics in one group: each rebalance of one is one of all. A group for each keeps them apart.`,
    ),
  ];
}

function chosenWarnings(
  { path, config }: ConsumerFacts,
  { processes = 2 }: ExplainOptions,
): ExplainedWarning[] {
  if (processes < 2) return [];
  const overwrite =
    config.group === undefined ? '' : " and overwrites the other's positions in the group";
  return [
    warn(
      [...path, 'partitions'],
      `There is no membership: each process with these settings handles every record${overwrite}. Give each process partitions of its own.`,
    ),
  ];
}

/** On native Event Hubs only what moves is handed over, whatever is offered. */
function assignorWarnings({ assignors, path, backend }: ConsumerFacts): ExplainedWarning[] {
  if (backend === 'eventhubs' || !assignors.every(isNamed)) return [];
  if (!assignors.includes('cooperative-sticky') || isCooperative(assignors)) return [];
  const eager = assignors.filter((name) => name !== 'cooperative-sticky').join(', ');
  return [
    warn(
      [...path, 'assignor'],
      `Eager (${eager}) and cooperative assignors are offered together: as long as they are, every rebalance is eager. That is the first of two rolling restarts; take ${eager} away in the second.`,
    ),
  ];
}

function instanceWarnings(
  { config: { instanceId, group }, path }: ConsumerFacts,
  config: AppConfig,
  { processes = 2 }: ExplainOptions,
): ExplainedWarning[] {
  if (instanceId === undefined) return [];
  const where = [...path, 'instanceId'];
  const twins = (config.consumers ?? []).filter(
    (other) => other.instanceId === instanceId && other.group === group,
  );
  const source = sourceOf(config);
  const isFixed =
    source?.isData === true && source.written(where) === undefined && !source.isOverridden(where);
  return [
    ...(twins.length > 1
      ? [
          warn(
            where,
            `Two consumers of the group ${group} are called ${instanceId}: the one that joins last throws the other out (MEMBER_FENCED).`,
          ),
        ]
      : []),
    ...(isFixed && processes > 1
      ? [
          warn(
            where,
            `Each process that reads this file is called ${instanceId}, and the one that joins last throws the others out (MEMBER_FENCED). Fill in a name that each has for itself, such as \${HOSTNAME}.`,
          ),
        ]
      : []),
  ];
}

/** With range, each topic is shared out for itself: beyond its partitions nobody gets any of it. */
function idleWarnings(
  { assignors, path, config: { topics, group } }: ConsumerFacts,
  config: AppConfig,
  { processes = 1, partitions = {} }: ExplainOptions,
): ExplainedWarning[] {
  if (typeof topics === 'object' && 'pattern' in topics) return [];
  const known = { ...(config.backend === 'memory' ? config.memory?.topics : {}), ...partitions };
  const counts = (typeof topics === 'string' ? [topics] : topics).map((topic) => known[topic]);
  const missing = (typeof topics === 'string' ? [topics] : topics).filter(
    (topic) => known[topic] === 0,
  );
  if (missing.length > 0)
    return [
      warn(
        [...path, 'topics'],
        `There is no topic ${missing.join(', ')}: the consumer cannot start.`,
      ),
    ];
  if (!counts.every((count) => count !== undefined)) return [];
  const isRange = assignors[0] === 'range';
  const most = isRange ? Math.max(...counts) : counts.reduce((sum, count) => sum + count, 0);
  const perProcess = (config.consumers ?? []).filter((other) => other.group === group).length;
  const members = processes * perProcess;
  if (members <= most) return [];
  return [
    warn(
      [...path, 'group'],
      `${members} members share ${most} partitions${isRange ? ' (with range, the most that one topic has)' : ''}: ${members - most} have nothing to do.`,
    ),
  ];
}

function patternWarnings(
  { path, config: { topics } }: ConsumerFacts,
  config: AppConfig,
): ExplainedWarning[] {
  const isPattern = typeof topics === 'object' && 'pattern' in topics;
  if (!isPattern || (config.backend !== 'eventhubs' && config.eventhubs === undefined)) return [];
  return [warn([...path, 'topics'], 'A pattern is refused on eventhubs: name the event hubs.')];
}
