import { execFileSync, spawnSync } from 'node:child_process';
import type { Result, Task } from '../support/task.ts';

/** Kafka's own `ConsumerPerformance`; its fetch rate, which leaves the join out as all the others do. */
export async function javaConsumerPerformance({
  bootstrap,
  topic,
  records,
  group,
}: Task): Promise<Result> {
  const jars = execFileSync('scripts/containers/kafka-jars', { encoding: 'utf8' }).trim();
  const { stdout, stderr } = spawnSync(
    'java',
    [
      '-Xmx512m',
      '-cp',
      `${jars}/*`,
      'org.apache.kafka.tools.ConsumerPerformance',
      '--bootstrap-server',
      bootstrap.join(','),
      '--topic',
      topic,
      '--num-records',
      String(records),
      '--group',
      group,
      '--timeout',
      '60000',
      '--hide-header',
    ],
    { encoding: 'utf8', timeout: 300_000 },
  );
  const line = stdout
    .trim()
    .split('\n')
    .findLast((text) => text.split(',').length >= 10);
  const columns = line?.split(',').map((text) => text.trim());
  const [seen, fetchMs] = [Number(columns?.[4]), Number(columns?.[7])];
  if (!(seen > 0) || !(fetchMs > 0))
    throw new Error(`ConsumerPerformance said: ${stdout}\n${stderr}`);
  return { records: seen, ms: fetchMs };
}
