import type { BrokerAddress } from './wire/wire.ts';

export type BrokerList = readonly BrokerAddress[];

/** `host`, `host:port` or `[v6]:port`. */
const address = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/;

/** Reads `host:port` texts; what is wrong with them goes to `problems`. */
export function parseBrokers(
  names: readonly string[],
  defaultPort: number,
  problems: string[],
): BrokerList {
  if (names.length === 0) problems.push('brokers is empty, expected at least one host:port');
  const brokers: BrokerAddress[] = [];
  for (const name of names) {
    const [, v6, plain, port] = (typeof name === 'string' && address.exec(name)) || [];
    const host = v6 ?? plain;
    const number = port === undefined ? defaultPort : Number(port);
    if (host === undefined || number < 1 || number > 65_535)
      problems.push(`broker ${JSON.stringify(name)} is not host:port`);
    else brokers.push({ host, port: number });
  }
  return brokers;
}
