/** What a connection string of an Event Hubs namespace says to a Kafka client. */
import type { KafkaSasl } from './sasl.ts';

const endpoint = /(?:^|;)\s*Endpoint\s*=\s*sb:\/\/([^/;:\s]+)/i;

/** `<namespace>.servicebus.windows.net:9093`; an unusable string goes to `problems`, without its secret. */
export function brokerOf(connectionString: string | undefined, problems: string[]): string[] {
  if (connectionString === undefined) return [];
  const host = endpoint.exec(connectionString)?.[1];
  if (host !== undefined) return [`${host}:9093`];
  problems.push('connectionString has no Endpoint=sb://…');
  return [];
}

/** The service takes the whole string as the password of a user with this name. */
export function saslOf(connectionString: string): KafkaSasl {
  return { mechanism: 'plain', username: '$ConnectionString', password: connectionString };
}
