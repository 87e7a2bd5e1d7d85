import {
  type Api,
  apiVersionsApi,
  describeClusterApi,
  describeLogDirsApi,
  describeTopicPartitionsApi,
  fetchApi,
  heartbeatApi,
  metadataApi,
} from '../../../../src/protocol/index.ts';
import type { Scenario } from '../stage.ts';

/** The same layout under another number. */
function renumbered<Request, Response>(
  api: Api<Request, Response>,
  asIf: number,
  key: number = api.key,
): Api<Request, Response> {
  return {
    ...api,
    key,
    encode: (request) => api.encode(request, asIf),
    decode: (body) => api.decode(body, asIf),
  };
}

/** The broker itself. */
export const cluster: readonly Scenario[] = [
  {
    name: 'versions of a time to come are answered for ApiVersions, and cut off for all others',
    async play(stage) {
      // Behind its header, which ends in a byte of tags by then, nobody reads such a request.
      const future: Api<object, unknown> = {
        ...apiVersionsApi,
        encode: () => Buffer.alloc(1),
        decode: (body) => ({ errorCode: apiVersionsApi.decode(body, 0).errorCode }),
      };
      await stage.send(future, {}, 99);
      await stage.sendToBeCut(
        renumbered(heartbeatApi, 0),
        { groupId: '', generationId: 0, memberId: '' },
        99,
      );
      await stage.sendToBeCut(renumbered(metadataApi, 1), { topics: [] }, -1);
      await stage.sendToBeCut(renumbered(metadataApi, 1, 9_999), { topics: [] }, 0);
    },
  },
  {
    name: 'a request that ends too early',
    async play(stage) {
      const cut = { ...fetchApi, encode: () => Buffer.alloc(7) };
      const wish = { maxWaitMs: 0, minBytes: 0, maxBytes: 0, topics: [] };
      await stage.sendToBeCut(cut, wish, 11);
    },
  },
  {
    name: 'the cluster is described',
    async play(stage) {
      for (const version of [0, 1, 2]) await stage.send(describeClusterApi, {}, version);
      await stage.send(describeClusterApi, { includeFencedBrokers: true }, 2);
      await stage.send(describeClusterApi, { endpointType: 2 }, 1);
      await stage.send(describeClusterApi, { endpointType: 9 }, 1);
    },
  },
  {
    name: 'partitions of topics are described, so many at a time',
    async play(stage) {
      const [one, other] = [await stage.topic('one', 3), await stage.topic('other', 2)];
      const names = [one, stage.name('none'), other];
      await stage.send(describeTopicPartitionsApi, { topics: names }, 0);
      await stage.send(describeTopicPartitionsApi, { topics: names, partitionLimit: 2 }, 0);
      const cursor = { topic: one, partition: 2 };
      await stage.send(describeTopicPartitionsApi, { topics: names, partitionLimit: 2, cursor }, 0);
      await stage.send(describeTopicPartitionsApi, { topics: [one], partitionLimit: 0 }, 0);
      const behind = { topic: stage.name('zzz'), partition: 0 };
      await stage.send(describeTopicPartitionsApi, { topics: names, cursor: behind }, 0);
    },
  },
  {
    name: 'the folders of the log are described',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      for (const version of [1, 3]) {
        const wish = { topics: [{ topic, partitions: [0, 7] }] };
        await stage.send(describeLogDirsApi, wish, version);
      }
      await stage.send(
        describeLogDirsApi,
        { topics: [{ topic: stage.name('none'), partitions: [0] }] },
        4,
      );
    },
  },
];
