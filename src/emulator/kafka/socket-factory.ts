import type { Socket } from 'node:net';
import { PipeEnd } from '../kafka-wire/pipe.ts';
import type { BrokerNode } from './broker-node.ts';

/** How a client's library opens a connection; the one of KafkaJS fits. */
export type KafkaSocketFactory = (request: {
  readonly host: string;
  readonly port: number;
  onConnect(): void;
}) => Socket;

/** Connects to the broker that has the port; where there is none, as a closed port would. */
export function socketFactoryOf(nodes: readonly BrokerNode[]): KafkaSocketFactory {
  return ({ host, port, onConnect }) => {
    const node = nodes.find((each) => each.address.port === port);
    const end = node?.connect(onConnect) ?? nobodyAt(host, port);
    // Clients use it as a socket: the calls that only sockets have are there, and do nothing.
    return end as unknown as Socket;
  };
}

function nobodyAt(host: string, port: number): PipeEnd {
  const end = new PipeEnd();
  const error = new Error(`connect ECONNREFUSED ${host}:${port}: no such broker`);
  end.destroy(Object.assign(error, { code: 'ECONNREFUSED' }));
  return end;
}
