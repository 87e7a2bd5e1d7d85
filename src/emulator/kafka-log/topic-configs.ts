/** Settings a topic may be given, with Kafka's defaults; those of the first group act here, the others are only kept. */
export const topicConfigDefaults: Readonly<Record<string, string>> = {
  'max.message.bytes': '1048588',
  'message.timestamp.type': 'CreateTime',
  'retention.bytes': '-1',
  'retention.ms': '604800000',

  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'delete.retention.ms': '86400000',
  'file.delete.delay.ms': '60000',
  'flush.messages': '9223372036854775807',
  'flush.ms': '9223372036854775807',
  'index.interval.bytes': '4096',
  'max.compaction.lag.ms': '9223372036854775807',
  'message.timestamp.after.max.ms': '3600000',
  'message.timestamp.before.max.ms': '9223372036854775807',
  'min.cleanable.dirty.ratio': '0.5',
  'min.compaction.lag.ms': '0',
  'min.insync.replicas': '1',
  preallocate: 'false',
  'segment.bytes': '1073741824',
  'segment.index.bytes': '10485760',
  'segment.jitter.ms': '0',
  'segment.ms': '604800000',
  'unclean.leader.election.enable': 'false',
};

const numbers = ['max.message.bytes', 'retention.bytes', 'retention.ms'];

/** What is wrong with a setting, or undefined. */
export function configProblem(name: string, value: string | null): string | undefined {
  if (!(name in topicConfigDefaults)) return `Unknown topic config name: ${name}`;
  if (value === null) return `Null value not supported for topic config: ${name}`;
  if (numbers.includes(name) && !/^-?\d+$/.test(value))
    return `Invalid value ${value} for configuration ${name}: not a whole number`;
  if (name === 'message.timestamp.type' && value !== 'CreateTime' && value !== 'LogAppendTime')
    return `Invalid value ${value} for configuration ${name}: CreateTime or LogAppendTime`;
  return undefined;
}
