/** What values a setting takes. */
type Rule =
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'list'; readonly words?: readonly string[] };

interface Setting {
  readonly byDefault: string;
  readonly rule: Rule;
}

const MIB = 1024 * 1024;
const MAX_LONG = '9223372036854775807';

const number = (byDefault: string, min?: number, max?: number): Setting => ({
  byDefault,
  rule: { kind: 'number', ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
});
const word = (byDefault: string, ...words: readonly string[]): Setting => ({
  byDefault,
  rule: { kind: 'word', words },
});
const yesOrNo = (byDefault: string): Setting => word(byDefault, 'true', 'false');

/** Settings a topic may be given, with the defaults and bounds of Kafka 4.3 (`LogConfig`, `TopicConfig`). */
const settings: Readonly<Record<string, Setting>> = {
  'cleanup.policy': {
    byDefault: 'delete',
    rule: { kind: 'list', words: ['compact', 'delete'] },
  },
  'compression.gzip.level': number('-1', -1, 9),
  'compression.lz4.level': number('9', 1, 17),
  'compression.type': word('producer', 'uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
  'compression.zstd.level': number('3', -131_072, 22),
  'delete.retention.ms': number('86400000', 0),
  'file.delete.delay.ms': number('60000', 0),
  'flush.messages': number(MAX_LONG, 1),
  'flush.ms': number(MAX_LONG, 0),
  'follower.replication.throttled.replicas': { byDefault: '', rule: { kind: 'list' } },
  'index.interval.bytes': number('4096', 0),
  'leader.replication.throttled.replicas': { byDefault: '', rule: { kind: 'list' } },
  'local.retention.bytes': number('-2', -2),
  'local.retention.ms': number('-2', -2),
  'max.compaction.lag.ms': number(MAX_LONG, 1),
  'max.message.bytes': number('1048588', 0),
  'message.timestamp.after.max.ms': number('3600000', 0),
  'message.timestamp.before.max.ms': number(MAX_LONG, 0),
  'message.timestamp.type': word('CreateTime', 'CreateTime', 'LogAppendTime'),
  'min.cleanable.dirty.ratio': number('0.5', 0, 1),
  'min.compaction.lag.ms': number('0', 0),
  'min.insync.replicas': number('1', 1),
  preallocate: yesOrNo('false'),
  'remote.log.copy.disable': yesOrNo('false'),
  'remote.log.delete.on.disable': yesOrNo('false'),
  'remote.storage.enable': yesOrNo('false'),
  'retention.bytes': number('-1'),
  'retention.ms': number('604800000', -1),
  'segment.bytes': number('1073741824', MIB),
  'segment.index.bytes': number('10485760', 4),
  'segment.jitter.ms': number('0', 0),
  'segment.ms': number('604800000', 1),
  'unclean.leader.election.enable': yesOrNo('false'),
};

/** Kafka's defaults, by the names of the settings. */
export const topicConfigDefaults: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(settings).map(([name, { byDefault }]) => [name, byDefault]),
);

/** Whether values can be added to a setting and taken from it. */
export function isListConfig(name: string): boolean {
  return settings[name]?.rule.kind === 'list';
}

/** What is wrong with a setting, or undefined. */
export function configProblem(name: string, value: string | null): string | undefined {
  const setting = settings[name];
  if (setting === undefined) return `Unknown topic config name: ${name}`;
  if (value === null) return `Null value not supported for topic config: ${name}`;
  const wrong = (expected: string): string =>
    `Invalid value ${value} for configuration ${name}: ${expected}`;
  const { rule } = setting;
  if (rule.kind === 'number') return numberProblem(name, value, rule, wrong);
  if (rule.kind === 'word')
    return rule.words.includes(value) ? undefined : wrong(`give one of ${rule.words.join(', ')}`);
  const strangers = listOf(value).filter((one) => rule.words?.includes(one) === false);
  return strangers.length === 0 ? undefined : wrong(`give any of ${rule.words?.join(', ')}`);
}

/** The values of a list setting. */
export function listOf(value: string): readonly string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function numberProblem(
  name: string,
  value: string,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Rule & { kind: 'number' },
  wrong: (expected: string) => string,
): string | undefined {
  const isFraction = settings[name]?.byDefault.includes('.') ?? false;
  const pattern = isFraction ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(value)) return wrong(isFraction ? 'not a number' : 'not a whole number');
  if (Number(value) >= min && Number(value) <= max) return undefined;
  return wrong(max === Number.POSITIVE_INFINITY ? `give ${min} or more` : `give ${min} to ${max}`);
}

/** Settings of a broker that are the defaults of topics' (`ServerTopicConfigSynonyms`); those that have a value by themselves. */
export const brokerConfigNames: Readonly<Record<string, string>> = {
  'cleanup.policy': 'log.cleanup.policy',
  'compression.gzip.level': 'compression.gzip.level',
  'compression.lz4.level': 'compression.lz4.level',
  'compression.type': 'compression.type',
  'compression.zstd.level': 'compression.zstd.level',
  'delete.retention.ms': 'log.cleaner.delete.retention.ms',
  'file.delete.delay.ms': 'log.segment.delete.delay.ms',
  'flush.messages': 'log.flush.interval.messages',
  'index.interval.bytes': 'log.index.interval.bytes',
  'local.retention.bytes': 'log.local.retention.bytes',
  'local.retention.ms': 'log.local.retention.ms',
  'max.compaction.lag.ms': 'log.cleaner.max.compaction.lag.ms',
  'max.message.bytes': 'message.max.bytes',
  'message.timestamp.after.max.ms': 'log.message.timestamp.after.max.ms',
  'message.timestamp.before.max.ms': 'log.message.timestamp.before.max.ms',
  'message.timestamp.type': 'log.message.timestamp.type',
  'min.cleanable.dirty.ratio': 'log.cleaner.min.cleanable.ratio',
  'min.compaction.lag.ms': 'log.cleaner.min.compaction.lag.ms',
  'min.insync.replicas': 'min.insync.replicas',
  preallocate: 'log.preallocate',
  'retention.bytes': 'log.retention.bytes',
  'segment.bytes': 'log.segment.bytes',
  'segment.index.bytes': 'log.index.size.max.bytes',
  'unclean.leader.election.enable': 'unclean.leader.election.enable',
};
