import assert from 'node:assert/strict';
import { kafka } from '../../src/backends/kafka/index.ts';
import type { BrokerAddress, ClusterMetadata } from '../../src/backends/kafka/wire/wire.ts';
import {
  type Api,
  deleteRecordsApi,
  findCoordinatorApi,
  leaveGroupApi,
} from '../../src/protocol/index.ts';
import type { ConformanceTarget } from '../../src/testing/conformance/index.ts';
import { openWire, realEnv } from './open-wire.ts';

/** What the conformance suite may do to a real broker, by requests that operators' tools send. */
export function kafkaPowers(bootstrap: readonly string[]): Required<
  Pick<ConformanceTarget, 'expire' | 'deleteRecordsBefore' | 'addPartitions'>
> & {
  deleteTopic(topic: string): Promise<void>;
} {
  return {
    async expire(clientId, group) {
      const backend = kafka({ brokers: bootstrap }).open(realEnv);
      const { members } = await backend.openAdmin().group(group);
      await backend.close();
      const leaving = members.filter((member) => member.clientId === clientId);
      assert.equal(leaving.length, 1, `${clientId} is a member of ${group}`);
      const [anyBroker] = [...(await metadata(bootstrap, [])).brokers.values()];
      assert.ok(anyBroker, 'a broker is up');
      const coordinator = await ask(bootstrap, anyBroker, findCoordinatorApi, { key: group });
      const request = { groupId: group, members: leaving };
      const answer = await ask(bootstrap, coordinator, leaveGroupApi, request);
      assert.deepEqual([answer.errorCode, answer.members[0]?.errorCode], [0, 0]);
    },
    async deleteTopic(topic) {
      const backend = kafka({ brokers: bootstrap }).open(realEnv);
      await backend.openAdmin().deleteTopic(topic);
      await backend.close();
    },
    async addPartitions(topic, count) {
      const backend = kafka({ brokers: bootstrap }).open(realEnv);
      await backend.openAdmin().addPartitions(topic, count);
      await backend.close();
    },
    async deleteRecordsBefore(topic, partition, offset) {
      const { brokers, topics } = await metadata(bootstrap, [topic]);
      const leader = brokers.get(topics.get(topic)?.partitions[partition]?.leaderId ?? -1);
      assert.ok(leader, `${topic}-${partition} has a leader`);
      const request = {
        topics: [{ topic, partitions: [{ partition, offset }] }],
        timeoutMs: 10_000,
      };
      const answer = await ask(bootstrap, leader, deleteRecordsApi, request);
      assert.equal(answer.topics[0]?.partitions[0]?.errorCode, 0);
    },
  };
}

async function metadata(
  bootstrap: readonly string[],
  topics: readonly string[],
): Promise<ClusterMetadata> {
  const wire = openWire(bootstrap);
  try {
    return await wire.metadata(topics);
  } finally {
    await wire.close();
  }
}

/** One request on a link of its own. */
async function ask<Request, Response>(
  bootstrap: readonly string[],
  broker: BrokerAddress,
  api: Api<Request, Response>,
  request: Request,
): Promise<Response> {
  const wire = openWire(bootstrap);
  try {
    return await wire.link(broker, 'operator').send(api, request, { timeoutMs: 10_000 });
  } finally {
    await wire.close();
  }
}
