import { type BackendEnv, PartitaError } from '../../../core/index.ts';
import { errorCode, findCoordinatorApi } from '../../../protocol/index.ts';
import { kafkaError } from '../wire/kafka-error.ts';
import type { BrokerAddress, Wire } from '../wire/wire.ts';

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Asks the brokers one after the other, beginning with any of them, who coordinates the group. One round; callers repeat.
 *
 * @throws PartitaError retriable when no broker could tell; not retriable when asking again is no use.
 */
export async function lookUpCoordinator(
  wire: Wire,
  env: BackendEnv,
  group: string,
): Promise<BrokerAddress> {
  const { brokers } = await wire.metadata([]);
  const candidates = [...brokers.values()];
  const first = Math.floor(env.random() * candidates.length);
  let last: unknown = new PartitaError(
    'UNAVAILABLE',
    `Nobody to ask for the coordinator of group ${group}: the cluster names no broker.`,
    { retriable: true },
  );
  for (let i = 0; i < candidates.length; i++) {
    const broker = candidates[(first + i) % candidates.length] as BrokerAddress;
    try {
      return await askBroker(wire, broker, group);
    } catch (error) {
      if (!PartitaError.is(error) || !error.retriable) throw error;
      last = error;
    }
  }
  throw last;
}

async function askBroker(wire: Wire, broker: BrokerAddress, group: string): Promise<BrokerAddress> {
  const link = wire.link(broker, 'coordinator lookup');
  try {
    const answer = await link.send(
      findCoordinatorApi,
      { key: group },
      { timeoutMs: REQUEST_TIMEOUT_MS },
    );
    if (answer.errorCode === errorCode.NONE) return { host: answer.host, port: answer.port };
    throw kafkaError(answer.errorCode, `Looking for the coordinator of group ${group}`, {
      brokerMessage: answer.errorMessage,
    });
  } finally {
    link.close();
  }
}
