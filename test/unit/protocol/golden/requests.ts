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
    memberId: 'memberId',
    memberEpoch: 103,
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
  ListGroups: (version) => ({
    ...(version >= 4 && { states: ['statesFilter', 'statesFilter'] }),
    ...(version >= 5 && { types: ['typesFilter', 'typesFilter'] }),
  }),
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
  AddPartitionsToTxn: () => ({
    transactionalId: 'v3AndBelowTransactionalId',
    producerId: 2 ** 33 + 5,
    producerEpoch: 106,
    topics: [{ topic: 'name', partitions: [107, 108] }],
  }),
  AddOffsetsToTxn: () => ({
    transactionalId: 'transactionalId',
    producerId: 2 ** 33 + 1,
    producerEpoch: 102,
    groupId: 'groupId',
  }),
  EndTxn: () => ({
    transactionalId: 'transactionalId',
    producerId: 2 ** 33 + 1,
    producerEpoch: 102,
    committed: true,
  }),
  TxnOffsetCommit: () => ({
    transactionalId: 'transactionalId',
    groupId: 'groupId',
    producerId: 2 ** 33 + 1,
    producerEpoch: 102,
    generationId: 103,
    memberId: 'memberId',
    groupInstanceId: 'groupInstanceId',
    topics: [
      {
        topic: 'name',
        partitions: [
          {
            partition: 104,
            offset: 2 ** 33 + 5,
            leaderEpoch: 106,
            metadata: 'committedMetadata',
          },
        ],
      },
    ],
  }),
  AlterConfigs: () => ({
    resources: [{ type: 101, name: 'resourceName', configs: [{ name: 'name', value: 'value' }] }],
    validateOnly: true,
  }),
  DescribeLogDirs: () => ({ topics: [{ topic: 'topic', partitions: [101, 102] }] }),
  IncrementalAlterConfigs: () => ({
    resources: [
      {
        type: 101,
        name: 'resourceName',
        configs: [{ name: 'name', operation: 102, value: 'value' }],
      },
    ],
    validateOnly: true,
  }),
  DescribeCluster: () => ({ endpointType: 101, includeFencedBrokers: true }),
  ConsumerGroupHeartbeat: (version) => ({
    groupId: 'groupId',
    memberId: 'memberId',
    memberEpoch: 101,
    instanceId: 'instanceId',
    rackId: 'rackId',
    rebalanceTimeoutMs: 102,
    subscribedTopics: ['subscribedTopicNames', 'subscribedTopicNames'],
    subscribedRegex: version >= 1 ? 'subscribedTopicRegex' : null,
    serverAssignor: 'serverAssignor',
    owned: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partitions: [103, 104] }],
  }),
  ConsumerGroupDescribe: () => ({ groups: ['groupIds', 'groupIds'] }),
  DescribeTopicPartitions: () => ({
    topics: ['name'],
    partitionLimit: 101,
    cursor: { topic: 'topicName', partition: 102 },
  }),
  SaslHandshake: () => ({ mechanism: 'mechanism' }),
  SaslAuthenticate: () => ({ authBytes: Buffer.from('authBytes') }),
  DescribeProducers: () => ({ topics: [{ topic: 'name', partitions: [101, 102] }] }),
  DescribeTransactions: () => ({ transactionalIds: ['transactionalIds', 'transactionalIds'] }),
  ListTransactions: (version) => ({
    states: ['stateFilters', 'stateFilters'],
    producerIds: [2 ** 33 + 1, 2 ** 33 + 2],
    ...(version >= 1 && { longerThanMs: 2 ** 33 + 3 }),
    ...(version >= 2 && { idPattern: 'transactionalIdPattern' }),
  }),
};
