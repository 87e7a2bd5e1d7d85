const alteredConfigs = {
  throttleTimeMs: 101,
  resources: [{ errorCode: 102, errorMessage: 'errorMessage', type: 103, name: 'resourceName' }],
};

/** What the response lines of messages.hex say in the newest version we read; reviewed against messages.py's output. */
export const responses: Readonly<Record<string, object>> = {
  Produce: {
    topics: [
      {
        topic: 'name',
        partitions: [
          {
            partition: 101,
            errorCode: 102,
            baseOffset: 8589934595,
            logAppendTimeMs: 8589934596,
            logStartOffset: 8589934597,
            recordErrors: [{ batchIndex: 106, message: 'batchIndexErrorMessage' }],
            errorMessage: 'errorMessage',
            currentLeader: { leaderId: 107, leaderEpoch: 108 },
          },
        ],
      },
    ],
    throttleTimeMs: 109,
  },
  Fetch: {
    throttleTimeMs: 101,
    errorCode: 102,
    sessionId: 103,
    topics: [
      {
        topic: 'topic',
        partitions: [
          {
            partition: 104,
            errorCode: 105,
            highWatermark: 8589934598,
            lastStableOffset: 8589934599,
            logStartOffset: 8589934600,
            abortedTransactions: [{ producerId: 8589934605, firstOffset: 8589934606 }],
            preferredReadReplica: 115,
            records: Buffer.from('records'),
            divergingEpoch: { epoch: 109, endOffset: 8589934602 },
            currentLeader: { leaderId: 111, leaderEpoch: 112 },
          },
        ],
      },
    ],
  },
  ListOffsets: {
    throttleTimeMs: 101,
    topics: [
      {
        topic: 'name',
        partitions: [
          {
            partition: 102,
            errorCode: 103,
            timestampMs: 8589934596,
            offset: 8589934597,
            leaderEpoch: 106,
          },
        ],
      },
    ],
  },
  Metadata: {
    throttleTimeMs: 101,
    brokers: [{ nodeId: 102, host: 'host', port: 103, rack: 'rack' }],
    clusterId: 'clusterId',
    controllerId: 104,
    topics: [
      {
        errorCode: 105,
        topic: 'name',
        topicId: 'ABEiM0RVZneImaq7zN3u_w',
        internal: true,
        partitions: [
          {
            errorCode: 106,
            partition: 107,
            leaderId: 108,
            leaderEpoch: 109,
            replicas: [110, 111],
            isr: [112, 113],
            offlineReplicas: [114, 115],
          },
        ],
      },
    ],
  },
  OffsetCommit: {
    throttleTimeMs: 101,
    topics: [{ topic: 'name', partitions: [{ partition: 102, errorCode: 103 }] }],
  },
  OffsetFetch: {
    throttleTimeMs: 101,
    errorCode: 111,
    topics: [
      {
        topic: 'name',
        partitions: [
          {
            partition: 107,
            offset: 8589934600,
            leaderEpoch: 109,
            metadata: 'metadata',
            errorCode: 110,
          },
        ],
      },
    ],
  },
  FindCoordinator: {
    throttleTimeMs: 101,
    errorCode: 102,
    errorMessage: 'errorMessage',
    nodeId: 103,
    host: 'host',
    port: 104,
  },
  JoinGroup: {
    throttleTimeMs: 101,
    errorCode: 102,
    generationId: 103,
    protocolType: 'protocolType',
    protocolName: 'protocolName',
    leader: 'leader',
    skipAssignment: true,
    memberId: 'memberId',
    members: [
      {
        memberId: 'memberId',
        groupInstanceId: 'groupInstanceId',
        metadata: Buffer.from('metadata'),
      },
    ],
  },
  Heartbeat: { throttleTimeMs: 101, errorCode: 102 },
  LeaveGroup: {
    throttleTimeMs: 101,
    errorCode: 102,
    members: [{ memberId: 'memberId', groupInstanceId: 'groupInstanceId', errorCode: 103 }],
  },
  SyncGroup: {
    throttleTimeMs: 101,
    errorCode: 102,
    protocolType: 'protocolType',
    protocolName: 'protocolName',
    assignment: Buffer.from('assignment'),
  },
  DescribeGroups: {
    throttleTimeMs: 101,
    groups: [
      {
        errorCode: 102,
        groupId: 'groupId',
        state: 'groupState',
        protocolType: 'protocolType',
        protocol: 'protocolData',
        members: [
          {
            memberId: 'memberId',
            groupInstanceId: 'groupInstanceId',
            clientId: 'clientId',
            clientHost: 'clientHost',
            metadata: Buffer.from('memberMetadata'),
            assignment: Buffer.from('memberAssignment'),
          },
        ],
      },
    ],
  },
  ListGroups: {
    throttleTimeMs: 101,
    errorCode: 102,
    groups: [
      { groupId: 'groupId', protocolType: 'protocolType', state: 'groupState', type: 'groupType' },
    ],
  },
  ApiVersions: {
    errorCode: 101,
    apiKeys: [{ apiKey: 102, minVersion: 103, maxVersion: 104 }],
    throttleTimeMs: 105,
  },
  CreateTopics: {
    throttleTimeMs: 101,
    topics: [
      {
        topic: 'name',
        topicId: 'ABEiM0RVZneImaq7zN3u_w',
        errorCode: 102,
        errorMessage: 'errorMessage',
        partitions: 104,
        replicationFactor: 105,
        configs: [{ name: 'name', value: 'value', readOnly: true, source: 106, sensitive: true }],
        configErrorCode: 103,
      },
    ],
  },
  DeleteTopics: {
    throttleTimeMs: 101,
    topics: [{ topic: 'name', errorCode: 102, errorMessage: 'errorMessage' }],
  },
  DeleteRecords: {
    throttleTimeMs: 101,
    topics: [
      { topic: 'name', partitions: [{ partition: 102, lowWatermark: 8589934595, errorCode: 104 }] },
    ],
  },
  InitProducerId: {
    throttleTimeMs: 101,
    errorCode: 102,
    producerId: 8589934595,
    producerEpoch: 104,
  },
  OffsetForLeaderEpoch: {
    throttleTimeMs: 101,
    topics: [
      {
        topic: 'topic',
        partitions: [{ errorCode: 102, partition: 103, leaderEpoch: 104, endOffset: 8589934597 }],
      },
    ],
  },
  DescribeConfigs: {
    throttleTimeMs: 101,
    resources: [
      {
        errorCode: 102,
        errorMessage: 'errorMessage',
        type: 103,
        name: 'resourceName',
        configs: [
          {
            name: 'name',
            value: 'value',
            readOnly: true,
            source: 104,
            sensitive: true,
            synonyms: [{ name: 'name', value: 'value', source: 105 }],
          },
        ],
      },
    ],
  },
  CreatePartitions: {
    throttleTimeMs: 101,
    topics: [{ topic: 'name', errorCode: 102, errorMessage: 'errorMessage' }],
  },
  DeleteGroups: { throttleTimeMs: 101, groups: [{ groupId: 'groupId', errorCode: 102 }] },
  SaslHandshake: { errorCode: 101, mechanisms: ['mechanisms', 'mechanisms'] },
  SaslAuthenticate: {
    errorCode: 101,
    errorMessage: 'errorMessage',
    authBytes: Buffer.from('authBytes'),
    sessionLifetimeMs: 2 ** 33 + 2,
  },
  OffsetDelete: {
    errorCode: 101,
    throttleTimeMs: 102,
    topics: [{ topic: 'name', partitions: [{ partition: 103, errorCode: 104 }] }],
  },
  AddPartitionsToTxn: {
    throttleTimeMs: 101,
    topics: [{ topic: 'name', partitions: [{ partition: 105, errorCode: 106 }] }],
  },
  AddOffsetsToTxn: { throttleTimeMs: 101, errorCode: 102 },
  EndTxn: { throttleTimeMs: 101, errorCode: 102 },
  TxnOffsetCommit: {
    throttleTimeMs: 101,
    topics: [{ topic: 'name', partitions: [{ partition: 102, errorCode: 103 }] }],
  },
  AlterConfigs: alteredConfigs,
  IncrementalAlterConfigs: alteredConfigs,
  DescribeLogDirs: {
    throttleTimeMs: 101,
    errorCode: 102,
    dirs: [
      {
        errorCode: 103,
        path: 'logDir',
        topics: [
          {
            topic: 'name',
            partitions: [{ partition: 104, bytes: 2 ** 33 + 5, lag: 2 ** 33 + 6, isFuture: true }],
          },
        ],
        totalBytes: 2 ** 33 + 7,
        usableBytes: 2 ** 33 + 8,
        cordoned: true,
      },
    ],
  },
  DescribeCluster: {
    throttleTimeMs: 101,
    errorCode: 102,
    errorMessage: 'errorMessage',
    endpointType: 103,
    clusterId: 'clusterId',
    controllerId: 104,
    brokers: [{ nodeId: 105, host: 'host', port: 106, rack: 'rack', fenced: true }],
  },
  ConsumerGroupHeartbeat: {
    throttleTimeMs: 101,
    errorCode: 102,
    errorMessage: 'errorMessage',
    memberId: 'memberId',
    memberEpoch: 103,
    heartbeatIntervalMs: 104,
    assignment: [{ topicId: 'ABEiM0RVZneImaq7zN3u_w', partitions: [105, 106] }],
  },
  ConsumerGroupDescribe: {
    throttleTimeMs: 101,
    groups: [
      {
        errorCode: 102,
        errorMessage: 'errorMessage',
        groupId: 'groupId',
        state: 'groupState',
        groupEpoch: 103,
        assignmentEpoch: 104,
        assignor: 'assignorName',
        members: [
          {
            memberId: 'memberId',
            instanceId: 'instanceId',
            rackId: 'rackId',
            memberEpoch: 105,
            clientId: 'clientId',
            clientHost: 'clientHost',
            subscribedTopics: ['subscribedTopicNames', 'subscribedTopicNames'],
            subscribedRegex: 'subscribedTopicRegex',
            assignment: [
              { topicId: 'ABEiM0RVZneImaq7zN3u_w', topic: 'topicName', partitions: [106, 107] },
            ],
            target: [
              { topicId: 'ABEiM0RVZneImaq7zN3u_w', topic: 'topicName', partitions: [108, 109] },
            ],
            memberType: 110,
          },
        ],
      },
    ],
  },
  DescribeTopicPartitions: {
    throttleTimeMs: 101,
    topics: [
      {
        errorCode: 102,
        topic: 'name',
        topicId: 'ABEiM0RVZneImaq7zN3u_w',
        internal: true,
        partitions: [
          {
            errorCode: 103,
            partition: 104,
            leaderId: 105,
            leaderEpoch: 106,
            replicas: [107, 108],
            isr: [109, 110],
            eligibleLeaders: [111, 112],
            lastKnownEligibleLeaders: [113, 114],
            offlineReplicas: [115, 116],
          },
        ],
      },
    ],
    next: { topic: 'topicName', partition: 118 },
  },
  DescribeProducers: {
    throttleTimeMs: 101,
    topics: [
      {
        topic: 'name',
        partitions: [
          {
            partition: 102,
            errorCode: 103,
            errorMessage: 'errorMessage',
            producers: [
              {
                producerId: 2 ** 33 + 4,
                producerEpoch: 105,
                lastSequence: 106,
                lastTimestampMs: 2 ** 33 + 7,
                coordinatorEpoch: 108,
                transactionStartOffset: 2 ** 33 + 9,
              },
            ],
          },
        ],
      },
    ],
  },
  DescribeTransactions: {
    throttleTimeMs: 101,
    transactions: [
      {
        errorCode: 102,
        transactionalId: 'transactionalId',
        state: 'transactionState',
        timeoutMs: 103,
        startedAtMs: 2 ** 33 + 4,
        producerId: 2 ** 33 + 5,
        producerEpoch: 106,
        topics: [{ topic: 'topic', partitions: [107, 108] }],
      },
    ],
  },
  ListTransactions: {
    throttleTimeMs: 101,
    errorCode: 102,
    unknownStates: ['unknownStateFilters', 'unknownStateFilters'],
    transactions: [
      {
        transactionalId: 'transactionalId',
        producerId: 2 ** 33 + 3,
        state: 'transactionState',
      },
    ],
  },
};

/** Fields that older versions do not have: first version, and what stands in for them before. */
export const fieldsSince: Readonly<Record<string, Readonly<Record<string, [number, unknown]>>>> = {
  SaslAuthenticate: { sessionLifetimeMs: [1, 0] },
  Produce: {
    logStartOffset: [5, -1],
    recordErrors: [8, []],
    errorMessage: [8, null],
    currentLeader: [10, null],
  },
  Fetch: {
    sessionId: [7, 0],
    logStartOffset: [5, -1],
    preferredReadReplica: [11, -1],
    divergingEpoch: [12, null],
    currentLeader: [12, null],
  },
  ListOffsets: { throttleTimeMs: [2, 0], leaderEpoch: [4, -1] },
  Metadata: {
    throttleTimeMs: [3, 0],
    clusterId: [2, null],
    topicId: [10, null],
    leaderEpoch: [7, -1],
    offlineReplicas: [5, []],
  },
  OffsetCommit: { throttleTimeMs: [3, 0] },
  OffsetFetch: { throttleTimeMs: [3, 0], leaderEpoch: [5, -1] },
  FindCoordinator: { throttleTimeMs: [1, 0], errorMessage: [1, null] },
  JoinGroup: { protocolType: [7, null], skipAssignment: [9, false], groupInstanceId: [5, null] },
  Heartbeat: { throttleTimeMs: [1, 0] },
  LeaveGroup: { throttleTimeMs: [1, 0], members: [3, []] },
  SyncGroup: { throttleTimeMs: [1, 0], protocolType: [5, null], protocolName: [5, null] },
  DescribeGroups: { throttleTimeMs: [1, 0], groupInstanceId: [4, null] },
  ListGroups: { throttleTimeMs: [1, 0], state: [4, null], type: [5, null] },
  ApiVersions: { throttleTimeMs: [1, 0] },
  CreateTopics: {
    topicId: [7, null],
    configErrorCode: [5, 0],
    partitions: [5, -1],
    replicationFactor: [5, -1],
    configs: [5, null],
  },
  DeleteTopics: { errorMessage: [5, null] },
  DescribeLogDirs: {
    totalBytes: [4, -1],
    usableBytes: [4, -1],
    cordoned: [5, false],
  },
  DescribeCluster: { endpointType: [1, 1], fenced: [2, false] },
  ConsumerGroupDescribe: { memberType: [1, -1] },
};

/** Before version 8 the response has another schema, hence other numbers. */
const offsetFetchBefore8 = {
  throttleTimeMs: 101,
  errorCode: 106,
  topics: [
    {
      topic: 'name',
      partitions: [
        {
          partition: 102,
          offset: 2 ** 33 + 3,
          leaderEpoch: 104,
          metadata: 'metadata',
          errorCode: 105,
        },
      ],
    },
  ],
};

const errorCodeSince: Readonly<Record<string, number>> = { Fetch: 7, DescribeLogDirs: 3 };

/** What `decode` must give for the response line of this version. */
export function expectedResponse(api: string, version: number): unknown {
  if (api === 'OffsetFetch' && version < 8) {
    const errorCode = version < 2 ? 0 : offsetFetchBefore8.errorCode;
    return without({ ...offsetFetchBefore8, errorCode }, fieldsSince[api] ?? {}, version);
  }
  const full = responses[api];
  // The partition's error code exists in all versions, the response's only from these on.
  const given =
    errorCodeSince[api] !== undefined && version < errorCodeSince[api]
      ? { ...full, errorCode: 0 }
      : full;
  return without(given, fieldsSince[api] ?? {}, version);
}

type Since = Readonly<Record<string, [number, unknown]>>;

function without(value: unknown, since: Since, version: number): unknown {
  if (Array.isArray(value)) return value.map((one) => without(one, since, version));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const [first, standIn] = since[name] ?? [0, undefined];
      return [name, version < first ? standIn : without(field, since, version)];
    }),
  );
}
