import { describeLogDirsServerApi, errorCode } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** Where nothing is written to a disk there is still a name to tell. */
const PATH = '/partita/emulator';
const UNKNOWN = -1;

/** DescribeLogDirs v1-v5: one folder with everything in it. */
export const describeLogDirs: Endpoint = defineEndpoint({
  api: describeLogDirsServerApi,
  gaps: ['There is one folder, which has no size.'],
  handle({ topics }, { broker }) {
    const wanted =
      topics ??
      broker.topics.all.map(({ name, partitions }) => ({
        topic: name,
        partitions: [...partitions.keys()],
      }));
    const found = wanted.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.flatMap((partition) => {
        const log = broker.topics.partition(topic, partition)?.log;
        if (log === undefined) return [];
        return [{ partition, bytes: log.retainedBytes, lag: 0, isFuture: false }];
      }),
    }));
    return {
      throttleTimeMs: 0,
      errorCode: errorCode.NONE,
      dirs: [
        {
          errorCode: errorCode.NONE,
          path: PATH,
          topics: found.filter(({ partitions }) => partitions.length > 0),
          totalBytes: UNKNOWN,
          usableBytes: UNKNOWN,
          cordoned: false,
        },
      ],
    };
  },
  refuse: (_, code) => ({ throttleTimeMs: 0, errorCode: code, dirs: [] }),
});
