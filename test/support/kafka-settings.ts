/** Broker settings by their names in `server.properties`. */
export type KafkaSettings = Readonly<Record<string, string>>;

/** Where one broker listens, and where it says it can be reached. */
export interface BrokerListeners {
  /** For clients. */
  readonly outside: { readonly bind: string; readonly advertised: string };
  /** For the other brokers. */
  readonly inside: { readonly bind: string; readonly advertised: string };
  /** For the other controllers. */
  readonly controller: { readonly bind: string; readonly advertised: string };
}

/**
 * Settings of every broker of a cluster in which each broker is a controller too. Small and quick rather than safe: few
 * internal partitions, no wait before the first rebalance, and short broker sessions, because a killed broker may register
 * again only when its old session is over (9 s by default). Topics are not created by asking for them.
 */
export function clusterSettings(
  brokers: readonly BrokerListeners[],
  extra: KafkaSettings = {},
): KafkaSettings[] {
  const replicas = String(brokers.length);
  const inSync = brokers.length < 3 ? '1' : '2';
  const voters = brokers.map((broker, i) => `${i + 1}@${broker.controller.advertised}`).join(',');
  return brokers.map(({ outside, inside, controller }, i) => ({
    'node.id': String(i + 1),
    'process.roles': 'broker,controller',
    'controller.quorum.voters': voters,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INSIDE',
    listeners: `OUTSIDE://${outside.bind},INSIDE://${inside.bind},CONTROLLER://${controller.bind}`,
    'advertised.listeners': `OUTSIDE://${outside.advertised},INSIDE://${inside.advertised}`,
    'listener.security.protocol.map': 'OUTSIDE:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'auto.create.topics.enable': 'false',
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '5',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.num.partitions': '5',
    'transaction.state.log.min.isr': inSync,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    ...extra,
  }));
}
