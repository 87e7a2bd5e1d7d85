import type { AppConfig } from '../app-config.ts';

/** What holds for the application as a whole. */
export function appLines({ backend, producer = {}, eventhubs, kafka }: AppConfig): string[] {
  const where = backend === 'kafka' ? clusterOf(kafka) : groupsOf(backend, eventhubs);
  return [`Backend: ${described[backend]}${where}.`, writing(backend, producer)];
}

function clusterOf({ profile, brokers = [] }: NonNullable<AppConfig['kafka']> = {}): string {
  if (profile === 'eventhubs-kafka-endpoint') return ', the endpoint of Event Hubs';
  return brokers.length === 0 ? '' : `, found through ${brokers.join(', ')}`;
}

const described = {
  memory: 'memory, a broker inside this process that forgets everything when it ends',
  kafka: 'kafka',
  eventhubs: 'eventhubs, over AMQP',
};

function groupsOf(backend: string, eventhubs: AppConfig['eventhubs']): string {
  if (backend !== 'eventhubs') return '';
  const { checkpoints } = eventhubs ?? {};
  if (checkpoints?.kind === 'blob')
    return `; groups are kept in the container ${checkpoints.container}`;
  if (checkpoints?.kind === 'file') return `; groups are kept in the folder ${checkpoints.folder}`;
  return checkpoints === undefined ? '' : '; groups are kept in this process alone';
}

function writing(
  backend: AppConfig['backend'],
  producer: NonNullable<AppConfig['producer']>,
): string {
  const { acks = 'all', idempotent = acks === 'all' } = producer;
  const who = {
    all: 'all in-sync replicas have it',
    leader: 'the leader has it, and is lost if that fails before others have it',
    none: 'it is sent, whether it arrives or not',
  }[acks];
  if (backend === 'eventhubs')
    return 'Writing: a record counts as written when the service has it. One whose acknowledgement got lost is sent again and may be there twice.';
  const twice = idempotent && backend === 'kafka' ? ' Retries write nothing twice.' : '';
  return `Writing: a record counts as written when ${backend === 'memory' ? 'it is in the log' : who}.${twice} Dead letters and publish() always wait for all.`;
}
