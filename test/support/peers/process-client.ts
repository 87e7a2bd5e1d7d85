import { atBroker, type ForeignClient, remoteAssignor } from './foreign-client.ts';
import type { OtherClientName } from './other-clients.ts';
import type { PeerProcess } from './peer-process.ts';

const assignors = {
  java: ['range', 'roundrobin', 'sticky', 'cooperative-sticky', ...atBroker],
  librdkafka: ['range', 'roundrobin', 'cooperative-sticky', ...atBroker],
} as const;

/** Java's client or librdkafka: tasks and members in one process of it. */
export function processClient(name: OtherClientName, process: PeerProcess): ForeignClient {
  return {
    name,
    compressions: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    assignors: assignors[name],
    restartsStaticMembers: true,
    repeatsWith: [],
    commitsAnyOffset: true,
    async produce(...task) {
      await process.do('produce', ...task);
    },
    read: async (...task) => {
      const values = await process.do('read', ...task);
      return values === '' ? [] : values.split(' ');
    },
    async join(topic, assignor, instanceId) {
      const remote = remoteAssignor(assignor);
      return process.join(topic, remote === undefined ? [assignor] : [], {
        ...(remote !== undefined && {
          'group.protocol': 'consumer',
          'group.remote.assignor': remote,
        }),
        ...(instanceId !== undefined && { 'group.instance.id': instanceId }),
      });
    },
    transact: (topic, id) => process.do('transact', topic, id),
    close: () => process.close(),
  };
}
