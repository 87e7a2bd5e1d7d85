import {
  alterConfigsApi,
  BROKER_RESOURCE,
  describeConfigsApi,
  incrementalAlterConfigsApi,
  TOPIC_RESOURCE,
} from '../../../../src/protocol/index.ts';
import { until } from '../../until.ts';
import type { Scenario, Stage } from '../stage.ts';

const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3];

type Operation = readonly [name: string, operation: number | undefined, value: string | null];

function alter(stage: Stage, name: string, operations: readonly Operation[], validateOnly = false) {
  const configs = operations.map(([key, operation = 0, value]) => ({
    name: key,
    operation,
    value,
  }));
  const resources = [{ type: TOPIC_RESOURCE, name, configs }];
  return stage.send(incrementalAlterConfigsApi, { resources, validateOnly }, 1);
}

/** The settings the scenarios touch, without those that only one of the brokers knows. */
const touched = ['retention.ms', 'cleanup.policy', 'max.message.bytes', 'compression.type'];

function describe(stage: Stage, name: string, keys: readonly string[] | null = touched) {
  const resources = [{ type: TOPIC_RESOURCE, name, keys }];
  return stage.send(describeConfigsApi, { resources }, 4);
}

/** A change that was acknowledged is seen a moment later. */
async function untilSet(stage: Stage, topic: string, name: string, value: string): Promise<void> {
  await until(`${name} is ${value}`, async () => {
    const resources = [{ type: TOPIC_RESOURCE, name: topic, keys: [name] }];
    const answer = await stage.ask(describeConfigsApi, { resources }, 4);
    return answer.resources[0]?.configs[0]?.value === value;
  });
}

/** Settings of topics. */
export const configs: readonly Scenario[] = [
  {
    name: 'settings of a topic are described in all versions',
    async play(stage) {
      const name = await stage.topicWith('t', 1, { 'retention.ms': '1000' });
      const resources = [{ type: TOPIC_RESOURCE, name, keys: touched }];
      for (const version of [1, 2, 3, 4])
        await stage.send(describeConfigsApi, { resources }, version);
      await stage.send(describeConfigsApi, { resources, includeSynonyms: true }, 4);
    },
  },
  {
    name: 'all settings of a topic, with their defaults',
    async play(stage) {
      const name = await stage.topicWith('t', 1, { 'segment.bytes': '2000000' });
      await describe(stage, name, null);
      const resources = [{ type: TOPIC_RESOURCE, name, keys: null }];
      await stage.send(describeConfigsApi, { resources, includeSynonyms: true }, 4);
    },
  },
  {
    name: 'settings of topics that do not exist, that are not legal, and of things there are none of',
    async play(stage) {
      await describe(stage, stage.name('none'));
      await describe(stage, 'A b');
      await describe(stage, '');
      await describe(stage, await stage.topicWith('t'), ['no.such.thing']);
      await describe(stage, stage.name('t'), []);
      const resources = [{ type: 99, name: 'x', keys: [] }];
      await stage.send(describeConfigsApi, { resources }, 4);
      const brokers = ['7', 'x'].map((name) => ({ type: BROKER_RESOURCE, name, keys: [] }));
      for (const broker of brokers)
        await stage.send(describeConfigsApi, { resources: [broker] }, 4);
      const wanted = [{ type: BROKER_RESOURCE, name: '1', keys: ['no.such.thing'] }];
      await stage.send(describeConfigsApi, { resources: wanted }, 4);
    },
  },
  {
    name: 'settings are set, taken back, and lists added to and taken from',
    async play(stage) {
      const topic = await stage.topicWith('t');
      await alter(stage, topic, [
        ['retention.ms', SET, '1000'],
        ['max.message.bytes', SET, '2000'],
      ]);
      await untilSet(stage, topic, 'retention.ms', '1000');
      await describe(stage, topic);
      await alter(stage, topic, [['retention.ms', DELETE, null]]);
      await alter(stage, topic, [['cleanup.policy', APPEND, 'compact']]);
      await untilSet(stage, topic, 'cleanup.policy', 'delete,compact');
      await describe(stage, topic);
      await alter(stage, topic, [['cleanup.policy', APPEND, 'compact']]);
      await alter(stage, topic, [['cleanup.policy', SUBTRACT, 'delete']]);
      await untilSet(stage, topic, 'cleanup.policy', 'compact');
      await describe(stage, topic);
      await alter(stage, topic, [['cleanup.policy', DELETE, null]]);
      await alter(stage, topic, [['compression.type', DELETE, null]]);
      await untilSet(stage, topic, 'cleanup.policy', 'delete');
      await describe(stage, topic);
    },
  },
  {
    name: 'settings that cannot be changed so',
    async play(stage) {
      const topic = await stage.topicWith('t');
      await alter(stage, topic, [['no.such.thing', SET, '1']]);
      await alter(stage, topic, [['retention.ms', SET, 'long']]);
      await alter(stage, topic, [['retention.ms', SET, null]]);
      await alter(stage, topic, [['retention.ms', APPEND, '5']]);
      await alter(stage, topic, [['cleanup.policy', SET, 'burn']]);
      await alter(stage, topic, [['retention.ms', 9, '5']]);
      await alter(stage, topic, [
        ['retention.ms', SET, '5'],
        ['retention.ms', SET, '6'],
      ]);
      await alter(stage, topic, [
        ['retention.ms', SET, '5'],
        ['no.such.thing', SET, '6'],
      ]);
      await describe(stage, topic);
      await alter(stage, stage.name('none'), [['retention.ms', SET, '5']]);
      await alter(stage, topic, []);
    },
  },
  {
    name: 'a change of settings is only checked',
    async play(stage) {
      const topic = await stage.topicWith('t');
      await alter(stage, topic, [['retention.ms', SET, '5']], true);
      await alter(stage, topic, [['retention.ms', SET, 'long']], true);
      await describe(stage, topic);
    },
  },
  {
    name: 'the same topic twice in a change, and a kind of thing there is none of',
    async play(stage) {
      const topic = await stage.topicWith('t');
      const entry = { name: 'retention.ms', operation: SET ?? 0, value: '5' };
      const one = { type: TOPIC_RESOURCE, name: topic, configs: [entry] };
      await stage.send(incrementalAlterConfigsApi, { resources: [one, one] }, 1);
      const strange = { type: 99, name: 'x', configs: [entry] };
      await stage.send(incrementalAlterConfigsApi, { resources: [strange] }, 0);
    },
  },
  {
    name: 'settings are replaced, the old way',
    async play(stage) {
      const name = await stage.topicWith('t', 1, { 'max.message.bytes': '2000' });
      const replace = (over: object, version = 2, validateOnly = false) => {
        const one = { type: TOPIC_RESOURCE, name, configs: [{ name: 'retention.ms', value: '5' }] };
        const resources = [{ ...one, ...over }];
        return stage.send(alterConfigsApi, { resources, validateOnly }, version);
      };
      await replace({}, 2, true);
      await describe(stage, name);
      await replace({});
      await untilSet(stage, name, 'retention.ms', '5');
      await describe(stage, name);
      await replace({ configs: [{ name: 'no.such.thing', value: '5' }] });
      await replace({ configs: [{ name: 'retention.ms', value: 'long' }] }, 0);
      await replace({ configs: [{ name: 'retention.ms', value: null }] }, 1);
      await replace({ name: stage.name('none') });
      await replace({ configs: [] });
      await untilSet(stage, name, 'retention.ms', '604800000');
      await describe(stage, name);
    },
  },
];
