import type { CommonLog } from '../common-log.ts';
import { Groups } from '../kafka-groups/groups.ts';
import { endpoints } from '../kafka-requests/endpoints.ts';
import { Transactions } from '../kafka-transactions/transactions.ts';
import { BrokerNode } from './broker-node.ts';
import type { BrokerState } from './broker-state.ts';
import { Cluster } from './cluster.ts';
import { FaultRules } from './fault-rules.ts';
import type { ResolvedKafkaOptions } from './options.ts';
import { ServedVersions } from './served-versions.ts';

/** With a port given the brokers take that one and those behind it. */
export function nodeOf(options: ResolvedKafkaOptions, index: number): BrokerNode {
  const { host, advertisedHost, maxRequestBytes, transport } = options;
  const port = options.port === 0 ? 0 : options.port + index;
  const pipesOnly = transport === 'pipe';
  const nodeId = index + 1;
  return new BrokerNode({ nodeId, host, advertisedHost, port, maxRequestBytes, pipesOnly });
}

/** What the connections of all brokers share, over the log. */
export function stateOf(
  options: ResolvedKafkaOptions,
  nodes: readonly BrokerNode[],
  log: CommonLog,
): BrokerState {
  const { topics, journal, nextProducerId } = log;
  const groups = new Groups({ ...options, journal });
  const { clock, logger, credentials, defaultPartitions, maxTopicPartitions } = options;
  const { autoCreateTopics, maxCommitMetadataBytes } = options;
  return {
    clock,
    log: logger,
    clusterId: log.clusterId(),
    cluster: new Cluster(nodes, topics, groups),
    topics,
    groups,
    transactions: new Transactions({ clock, topics, groups, journal, nextProducerId }),
    faults: new FaultRules(clock),
    versions: new ServedVersions(endpoints, options.versionCeilings),
    credentials,
    defaultPartitions,
    maxTopicPartitions,
    autoCreateTopics,
    maxCommitMetadataBytes,
    nextProducerId,
  };
}
