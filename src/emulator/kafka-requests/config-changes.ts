import {
  type AlteredConfig,
  type AlteredResource,
  APPEND_CONFIG,
  type ConfigOperation,
  DELETE_CONFIG,
  errorCode,
  type KafkaErrorName,
  SET_CONFIG,
  SUBTRACT_CONFIG,
  TOPIC_RESOURCE,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import type { Topic } from '../kafka-log/topic.ts';
import {
  configProblem,
  isListConfig,
  listOf,
  topicConfigDefaults,
} from '../kafka-log/topic-configs.ts';

type Problem = readonly [KafkaErrorName, string | null];
type Configs = ReadonlyMap<string, string>;

/** A resource whose settings are to be changed. */
export interface ConfigChange<Config extends AlteredConfig> {
  readonly type: number;
  readonly name: string;
  readonly configs: readonly Config[];
}

/** Changes settings of topics, each resource for itself; `settings` says which a topic has afterwards. */
export function changeConfigs<Config extends AlteredConfig>(
  resources: readonly ConfigChange<Config>[],
  validateOnly: boolean,
  { topics }: BrokerState,
  settings: (topic: Topic, configs: readonly Config[]) => Configs | Problem,
): readonly AlteredResource[] {
  return named(resources).map((resource) => {
    const { type, name, configs } = resource;
    const twice = resources.filter((each) => each.type === type && each.name === name).length > 1;
    const topic = topics.get(name);
    const found = twice
      ? problem('INVALID_REQUEST', 'Each resource must appear at most once.')
      : type !== TOPIC_RESOURCE
        ? problem('INVALID_REQUEST', `Settings of resources of type ${type} cannot be changed.`)
        : topic === undefined
          ? problem('UNKNOWN_TOPIC_OR_PARTITION', `There is no topic '${name}'.`)
          : (duplicateProblem(configs) ?? settings(topic, configs));
    if (!(found instanceof Map)) return altered(resource, ...(found as Problem));
    if (topic !== undefined && !validateOnly) topics.configure(topic, found);
    return altered(resource, 'NONE', null);
  });
}

/** Every resource with the same error, when the request as a whole is refused. */
export function refusedChanges(
  resources: readonly ConfigChange<AlteredConfig>[],
  code: number,
): { readonly throttleTimeMs: number; readonly resources: readonly AlteredResource[] } {
  return {
    throttleTimeMs: 0,
    resources: resources.map(({ type, name }) => ({
      errorCode: code,
      errorMessage: null,
      type,
      name,
    })),
  };
}

/** The settings that are given, and no others. */
export function replacedConfigs(_: Topic, configs: readonly AlteredConfig[]): Configs | Problem {
  return checked(new Map(configs.map(({ name, value }) => [name, value])));
}

/** The settings there are, with the operations carried out. */
export function changedConfigs(
  topic: Topic,
  operations: readonly ConfigOperation[],
): Configs | Problem {
  const configs = new Map<string, string | null>(topic.configs);
  for (const { name, operation, value } of operations) {
    if (operation < SET_CONFIG || operation > SUBTRACT_CONFIG)
      return problem('UNKNOWN_SERVER_ERROR', null);
    if (operation === DELETE_CONFIG) {
      configs.delete(name);
      continue;
    }
    if (value === null) return problem('INVALID_REQUEST', `There is no value for ${name}.`);
    if (operation === SET_CONFIG) {
      configs.set(name, value);
      continue;
    }
    if (!isListConfig(name)) return problem('INVALID_CONFIG', `${name} is no list of values.`);
    const now = listOf(configs.get(name) ?? topicConfigDefaults[name] ?? '');
    const given = listOf(value);
    const list =
      operation === APPEND_CONFIG
        ? [...now, ...given.filter((one) => !now.includes(one))]
        : now.filter((one) => !given.includes(one));
    configs.set(name, list.join(','));
  }
  return checked(configs);
}

export function altered(
  { type, name }: Pick<AlteredResource, 'type' | 'name'>,
  code: KafkaErrorName,
  errorMessage: string | null,
): AlteredResource {
  return { errorCode: errorCode[code], errorMessage, type, name };
}

/** A resource that is named twice is answered once. */
function named<T extends Pick<AlteredResource, 'type' | 'name'>>(resources: readonly T[]): T[] {
  return [...new Map(resources.map((each) => [`${each.type} ${each.name}`, each])).values()];
}

function duplicateProblem(configs: readonly AlteredConfig[]): Problem | undefined {
  const names = new Set(configs.map(({ name }) => name));
  return names.size === configs.length
    ? undefined
    : problem('INVALID_REQUEST', 'Each setting must appear at most once.');
}

function checked(configs: ReadonlyMap<string, string | null>): Configs | Problem {
  const settings = new Map<string, string>();
  for (const [name, value] of configs) {
    if (value === null) return problem('INVALID_REQUEST', `There is no value for ${name}.`);
    const wrong = configProblem(name, value);
    if (wrong !== undefined) return problem('INVALID_CONFIG', wrong);
    settings.set(name, value);
  }
  return settings;
}

function problem(code: KafkaErrorName, message: string | null): Problem {
  return [code, message];
}
