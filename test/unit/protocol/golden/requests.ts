/** What the request lines of messages.hex say. Fields a version cannot carry, and must not drop, are left out there. */
export const requests: Readonly<Record<string, (version: number) => unknown>> = {
  Produce: () => ({
    transactionalId: 'transactionalId',
    acks: 101,
    timeoutMs: 102,
    topics: [{ topic: 'name', partitions: [{ partition: 103, records: Buffer.from('records') }] }],
  }),
  Fetch: () => ({
    maxWaitMs: 101,
    minBytes: 102,
    maxBytes: 103,
    isolationLevel: 1,
    sessionId: 104,
    sessionEpoch: 105,
    topics: [
      {
        topic: 'topic',
        partitions: [
          {
            partition: 106,
            currentLeaderEpoch: 107,
            fetchOffset: 2 ** 33 + 8,
            lastFetchedEpoch: 109,
            maxBytes: 110,
          },
        ],
      },
    ],
    forgottenTopics: [{ topic: 'topic', partitions: [112, 113] }],
    rackId: 'rackId',
  }),
  ListOffsets: () => ({
    isolationLevel: 1,
    topics: [
      {
        topic: 'name',
        partitions: [{ partition: 101, currentLeaderEpoch: 102, timestampMs: 2 ** 33 + 3 }],
      },
    ],
  }),
  Metadata: () => ({ topics: ['name'], allowAutoTopicCreation: true }),
  OffsetCommit: (version) => ({
    groupId: 'groupId',
    generationId: 101,
    memberId: 'memberId',
    groupInstanceId: version >= 7 ? 'groupInstanceId' : null,
    topics: [
      {
        topic: 'name',
        partitions: [
          {
            partition: 102,
            offset: 2 ** 33 + 3,
            leaderEpoch: 104,
            metadata: 'committedMetadata',
          },
        ],
      },
    ],
  }),
  OffsetFetch: (version) => ({
    groupId: 'groupId',
    topics: [{ topic: 'name', partitions: version >= 8 ? [104, 105] : [101, 102] }],
    requireStable: true,
  }),
  FindCoordinator: (version) => (version >= 1 ? { key: 'key', keyType: 101 } : { key: 'key' }),
  JoinGroup: (version) => ({
    groupId: 'groupId',
    sessionTimeoutMs: 101,
    rebalanceTimeoutMs: 102,
    memberId: 'memberId',
    groupInstanceId: version >= 5 ? 'groupInstanceId' : null,
    protocolType: 'protocolType',
    protocols: [{ name: 'name', metadata: Buffer.from('metadata') }],
    reason: 'reason',
  }),
  Heartbeat: (version) => ({
    groupId: 'groupId',
    generationId: 101,
    memberId: 'memberId',
    groupInstanceId: version >= 3 ? 'groupInstanceId' : null,
  }),
  LeaveGroup: (version) => ({
    groupId: 'groupId',
    members: [
      {
        memberId: 'memberId',
        groupInstanceId: version >= 3 ? 'groupInstanceId' : null,
        reason: 'reason',
      },
    ],
  }),
  SyncGroup: (version) => ({
    groupId: 'groupId',
    generationId: 101,
    memberId: 'memberId',
    groupInstanceId: version >= 3 ? 'groupInstanceId' : null,
    protocolType: 'protocolType',
    protocolName: 'protocolName',
    assignments: [{ memberId: 'memberId', assignment: Buffer.from('assignment') }],
  }),
  DescribeGroups: () => ({ groups: ['groups', 'groups'] }),
  ListGroups: (version) => (version >= 4 ? { states: ['statesFilter', 'statesFilter'] } : {}),
  ApiVersions: () => ({}),
  CreateTopics: () => ({
    topics: [
      {
        topic: 'name',
        partitions: 101,
        replicationFactor: 102,
        assignments: [{ partition: 103, brokerIds: [104, 105] }],
        configs: [{ name: 'name', value: 'value' }],
      },
    ],
    timeoutMs: 106,
    validateOnly: true,
  }),
  DeleteTopics: () => ({ topics: ['topicNames', 'topicNames'], timeoutMs: 101 }),
  DeleteRecords: () => ({
    topics: [{ topic: 'name', partitions: [{ partition: 101, offset: 2 ** 33 + 2 }] }],
    timeoutMs: 103,
  }),
  InitProducerId: () => ({
    transactionalId: 'transactionalId',
    transactionTimeoutMs: 101,
    producerId: 2 ** 33 + 2,
    producerEpoch: 103,
  }),
  OffsetForLeaderEpoch: () => ({
    topics: [
      {
        topic: 'topic',
        partitions: [{ partition: 101, currentLeaderEpoch: 102, leaderEpoch: 103 }],
      },
    ],
  }),
  DescribeConfigs: () => ({
    resources: [
      { type: 101, name: 'resourceName', keys: ['configurationKeys', 'configurationKeys'] },
    ],
    includeSynonyms: true,
  }),
  CreatePartitions: () => ({
    topics: [{ topic: 'name', count: 101, assignments: [[102, 103]] }],
    timeoutMs: 104,
    validateOnly: true,
  }),
  DeleteGroups: () => ({ groups: ['groupsNames', 'groupsNames'] }),
  OffsetDelete: () => ({ groupId: 'groupId', topics: [{ topic: 'name', partitions: [101] }] }),
};
