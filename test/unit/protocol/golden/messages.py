"""Fills Kafka's message schemas (a folder of *.json out of the kafka-clients jar) with values, for GoldenMessages.java.

Every number has its own value, in the order of the schema (int64: 2^33 + n, others 100 + n); strings and bytes hold the
name of their field; arrays of structures have one element, others two. Fields we always send in one way have that value.
"""
import base64, json, re, sys

VERSIONS = dict(
    Produce=(3, 10), Fetch=(4, 12), ListOffsets=(1, 7), Metadata=(1, 12), OffsetCommit=(2, 8), OffsetFetch=(1, 9),
    FindCoordinator=(0, 3), JoinGroup=(2, 9), Heartbeat=(0, 4), LeaveGroup=(0, 5), SyncGroup=(0, 5),
    DescribeGroups=(0, 5), ListGroups=(0, 5), ApiVersions=(0, 2), CreateTopics=(2, 7), DeleteTopics=(1, 5),
    DeleteRecords=(0, 2), InitProducerId=(0, 4), OffsetForLeaderEpoch=(2, 4), DescribeConfigs=(1, 4),
    CreatePartitions=(0, 3), DeleteGroups=(0, 2), OffsetDelete=(0, 0), AddPartitionsToTxn=(0, 3), AddOffsetsToTxn=(0, 3),
    EndTxn=(0, 3), TxnOffsetCommit=(0, 3), AlterConfigs=(0, 2), DescribeLogDirs=(1, 5), IncrementalAlterConfigs=(0, 1),
    DescribeCluster=(0, 2), ConsumerGroupHeartbeat=(0, 1), ConsumerGroupDescribe=(0, 1), DescribeTopicPartitions=(0, 0),
    SaslHandshake=(0, 1), SaslAuthenticate=(0, 2), DescribeProducers=(0, 0), DescribeTransactions=(0, 0),
    ListTransactions=(0, 2))
FIXED = {
    'replicaId': -1, 'Request.logStartOffset': -1, 'includeClusterAuthorizedOperations': False,
    'includeTopicAuthorizedOperations': False, 'includeAuthorizedOperations': False, 'includeDocumentation': False,
    'retentionTimeMs': -1, 'Request.topicId': 'AAAAAAAAAAAAAAAAAAAAAA', 'isolationLevel': 1,
    'Request.clusterId': None}
UUID = 'ABEiM0RVZneImaq7zN3u_w'
UNUSED_TAGS = ('snapshotId', 'nodeEndpoints', 'replicaState', 'replicaDirectoryId')


def lower(name):
    return name[0].lower() + name[1:]


def has(version, spec):
    low, _, high = spec.partition('-')
    return int(low.rstrip('+')) <= version <= (int(high) if high else 99 if low.endswith('+') else int(low))


def fill(schema, kind, version):
    shared = {c['name']: c['fields'] for c in schema.get('commonStructs', [])}
    count = 0

    def one(field, kind_of):
        nonlocal count
        name = lower(field['name'])
        if kind_of == 'string': return name
        if kind_of in ('bytes', 'records'): return base64.b64encode(name.encode()).decode()
        if kind_of == 'bool': return True
        if kind_of == 'uuid': return UUID
        if kind_of.startswith('int') or kind_of == 'uint16':
            count += 1
            return (2 ** 33 if kind_of == 'int64' else 100) + count
        return struct(field.get('fields') or shared[kind_of])

    def value(field):
        name = lower(field['name'])
        for key in (kind + '.' + name, name):
            if key in FIXED: return FIXED[key]
        kind_of = field['type']
        if not kind_of.startswith('[]'): return one(field, kind_of)
        nested = 'fields' in field or kind_of[2:] in shared
        return [one(field, kind_of[2:]) for _ in range(1 if nested else 2)]

    def struct(fields):
        # Values are drawn for all fields, also those of other versions, so that a field has one value in all versions.
        drawn = [(f, value(f)) for f in fields if lower(f['name']) not in UNUSED_TAGS]
        return {lower(f['name']): v for f, v in drawn if has(version, f['versions'])}

    return struct(schema['fields'])


def load(folder, name):
    text = open(f'{folder}/{name}.json').read()
    return json.loads(re.sub(r'(?m)^\s*//.*$|(?<=[,\[{}\]])\s*//.*$', '', text))


folder = sys.argv[1]
json.dump(
    [dict(api=api, kind=kind, version=v, message=fill(load(folder, api + kind), kind, v))
     for api, (low, high) in VERSIONS.items() for kind in ('Request', 'Response') for v in range(low, high + 1)],
    sys.stdout)
