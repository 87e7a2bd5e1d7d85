import { OptionCheck, show } from '../../core/index.ts';
import { isLegalTopicName } from '../kafka-log/topics.ts';
import { saslMechanisms } from '../kafka-sasl/mechanism.ts';
import type { KafkaBrokerOptions } from './options.ts';
import { presets } from './presets.ts';

const MAX_BROKERS = 100;
const LAST_PORT = 65_535;

const knownOptions: readonly (keyof KafkaBrokerOptions)[] = [
  'topics',
  'preset',
  'brokers',
  'port',
  'host',
  'advertisedHost',
  'transport',
  'tls',
  'sasl',
  'accessKeys',
  'controlPort',
  'defaultPartitions',
  'maxTopicPartitions',
  'autoCreateTopics',
  'maxPartitionBytes',
  'maxBytes',
  'folder',
  'retentionMs',
  'maxRequestBytes',
  'initialRebalanceDelayMs',
  'minSessionTimeoutMs',
  'maxSessionTimeoutMs',
  'maxCommitMetadataBytes',
  'maxGroupSize',
  'offsetsRetentionMs',
  'consumerSessionTimeoutMs',
  'consumerHeartbeatIntervalMs',
  'consumerAssignmentIntervalMs',
  'clock',
  'logger',
];

type Given = Readonly<Record<string, unknown>>;

/** Everything that is wrong with the options, one sentence each. */
export function checkKafkaOptions(options: unknown): readonly string[] {
  const check = new OptionCheck();
  const given = check.object('the options', options ?? null);
  check.known('', given, knownOptions);
  check.oneOf('preset', given.preset, Object.keys(presets));
  check.oneOf('transport', given.transport, ['tcp', 'pipe']);
  for (const name of ['host', 'advertisedHost', 'folder']) check.optionalText(name, given[name]);
  if (given.autoCreateTopics !== undefined && typeof given.autoCreateTopics !== 'boolean')
    check.problem(`autoCreateTopics is ${show(given.autoCreateTopics)}, expected true or false`);
  checkPorts(check, given);
  checkNumbers(check, given);
  checkTls(check, given);
  checkSasl(check, given);
  checkTopics(check, given);
  return check.problems;
}

function checkNumbers(check: OptionCheck, given: Given): void {
  const atLeastOne = ['brokers', 'defaultPartitions', 'maxTopicPartitions', 'maxRequestBytes'];
  for (const name of [...atLeastOne, 'minSessionTimeoutMs', 'maxSessionTimeoutMs'])
    if (given[name] !== undefined) check.count(name, given[name], 1);
  const consumer = ['consumerSessionTimeoutMs', 'consumerHeartbeatIntervalMs'];
  for (const name of [...consumer, 'offsetsRetentionMs'])
    if (given[name] !== undefined) check.count(name, given[name], 1);
  if (given.maxGroupSize !== undefined && given.maxGroupSize !== Number.POSITIVE_INFINITY)
    check.count('maxGroupSize', given.maxGroupSize, 1);
  const atLeastNone = ['initialRebalanceDelayMs', 'maxCommitMetadataBytes'];
  for (const name of [...atLeastNone, 'consumerAssignmentIntervalMs'])
    if (given[name] !== undefined) check.count(name, given[name], 0);
  for (const name of ['maxPartitionBytes', 'maxBytes', 'retentionMs'])
    if (given[name] !== undefined && !(Number(given[name]) > 0))
      check.problem(`${name} is ${show(given[name])}; give more than 0`);
  if (Number(given.brokers) > MAX_BROKERS)
    check.problem(`brokers is ${show(given.brokers)}; there may be ${MAX_BROKERS}`);
  if (Number(given.minSessionTimeoutMs) > Number(given.maxSessionTimeoutMs))
    check.problem('minSessionTimeoutMs is above maxSessionTimeoutMs');
}

function checkPorts(check: OptionCheck, given: Given): void {
  for (const name of ['port', 'controlPort']) {
    const port = given[name];
    if (port === undefined) continue;
    if (!(Number.isInteger(port) && (port as number) >= 0 && (port as number) <= LAST_PORT))
      check.problem(`${name} is ${show(port)}; give a whole number from 0 to ${LAST_PORT}`);
  }
  const last = Number(given.port) + Number(given.brokers ?? 1) - 1;
  if (Number(given.port) <= LAST_PORT && last > LAST_PORT)
    check.problem(
      `port is ${show(given.port)}: with ${show(given.brokers)} brokers the last has none`,
    );
}

function checkTls(check: OptionCheck, { tls, transport }: Given): void {
  if (tls === undefined || tls === false) return;
  if (transport === 'pipe') check.problem("tls means nothing with transport 'pipe'");
  if (tls === true) return;
  const identity = check.object('tls', tls);
  check.known('tls.', identity, ['cert', 'key']);
  for (const name of ['cert', 'key'])
    if (!String(identity[name] ?? '').includes('-----BEGIN'))
      check.problem(`tls.${name} is no PEM: it has to begin with -----BEGIN`);
}

function checkSasl(check: OptionCheck, { sasl, preset, accessKeys }: Given): void {
  checkSecrets(check, 'accessKeys', accessKeys);
  if (accessKeys !== undefined && preset !== 'eventhubs')
    check.problem("accessKeys are for preset 'eventhubs'; give sasl.users");
  if (sasl === undefined) return;
  if (preset === 'eventhubs') check.problem("preset 'eventhubs' takes accessKeys, not sasl");
  const given = check.object('sasl', sasl);
  check.known('sasl.', given, ['users', 'mechanisms']);
  checkSecrets(check, 'sasl.users', given.users ?? {});
  const { mechanisms } = given;
  if (mechanisms === undefined) return;
  if (!Array.isArray(mechanisms) || mechanisms.length === 0)
    check.problem(`sasl.mechanisms is ${show(mechanisms)}, expected a list of at least one`);
  else for (const one of mechanisms) check.oneOf('sasl.mechanisms', one, saslMechanisms);
}

/** Names with texts; the texts themselves are never shown. */
function checkSecrets(check: OptionCheck, name: string, given: unknown): void {
  if (given === undefined) return;
  const entries = Object.entries(check.object(name, given));
  if (entries.length === 0) check.problem(`${name} is empty; give at least one`);
  for (const [who, secret] of entries)
    if (typeof secret !== 'string' || secret === '')
      check.problem(`${name} has no text for '${who}'`);
}

function checkTopics(check: OptionCheck, given: Given): void {
  const { topics, defaultPartitions = 1 } = given;
  if (topics === undefined) return;
  if (!Array.isArray(topics)) {
    check.problem(`topics is ${show(topics)}, expected a list`);
    return;
  }
  const names = new Set<unknown>();
  for (const topic of topics) {
    const { name, partitions = defaultPartitions } =
      typeof topic === 'string' ? { name: topic } : check.object('topic', topic);
    if (typeof name !== 'string' || !isLegalTopicName(name))
      check.problem(`topic ${show(name)} has no legal name`);
    if (names.has(name)) check.problem(`topic ${show(name)} is given twice`);
    names.add(name);
    check.count(`partitions of topic ${show(name)}`, partitions, 1);
  }
}
