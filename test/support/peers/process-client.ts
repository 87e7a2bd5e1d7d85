import type { ForeignClient } from './foreign-client.ts';
import type { OtherClientName } from './other-clients.ts';
import type { PeerProcess } from './peer-process.ts';

const assignors = {
  java: ['range', 'roundrobin', 'sticky', 'cooperative-sticky'],
  librdkafka: ['range', 'roundrobin', 'cooperative-sticky'],
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
    join: async (topic, assignor, instanceId) =>
      process.join(
        topic,
        [assignor],
        instanceId === undefined ? {} : { 'group.instance.id': instanceId },
      ),
    transact: (topic, id) => process.do('transact', topic, id),
    close: () => process.close(),
  };
}
