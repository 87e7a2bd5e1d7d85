import { EventLog } from '../../../../src/emulator/amqp/event-log.ts';
import type { LogLimits } from '../../../../src/emulator/kafka-log/batch-log.ts';
import type { Partition } from '../../../../src/emulator/kafka-log/partition.ts';
import { Topics } from '../../../../src/emulator/kafka-log/topics.ts';

const plenty = { maxBytes: Number.POSITIVE_INFINITY, maxAgeMs: Number.POSITIVE_INFINITY };

/** The log of a partition as AMQP sees it, and the partition as Kafka does. */
export function bothSides(limits: LogLimits = plenty): { log: EventLog; partition: Partition } {
  const defaultConfigs = new Map([['message.timestamp.type', 'LogAppendTime']]);
  const topic = new Topics(limits, { defaultConfigs }).create('hub', 1);
  const partition = topic.partitions[0] as Partition;
  return { log: new EventLog(topic, partition), partition };
}

export function eventLog(limits?: LogLimits): EventLog {
  return bothSides(limits).log;
}
