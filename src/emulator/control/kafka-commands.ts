import type { KafkaBroker } from '../kafka/broker.ts';
import type { KafkaFaults } from '../kafka/faults.ts';
import { checked, type Fields } from './fields.ts';

/** Does something to a Kafka broker; the number of connections that were hit, or records that went, where there is one. */
type Command = (
  broker: KafkaBroker,
  fields: Record<string, unknown>,
) => number | undefined | Promise<undefined>;

const aBroker: Fields = { broker: 'number' };

/** The fields of these are checked where the fault itself is made. */
const standing = (run: (faults: KafkaFaults, fields: never) => void): Command => {
  return ({ faults }, fields) => {
    run(faults, fields as never);
    return undefined;
  };
};

/** Faults and moves by the path of their request, behind `/kafka/`. */
export const kafkaCommands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['faults/answer', standing((faults, fields) => faults.answer(fields))],
  ['faults/delay', standing((faults, fields) => faults.delay(fields))],
  ['faults/drop', standing((faults, fields) => faults.drop(fields))],
  ['faults/throttle', standing((faults, fields) => faults.throttle(fields))],
  ['faults/records', standing((faults, fields) => faults.records(fields))],
  ['faults/limit-version', standing((faults, fields) => faults.limitVersion(fields))],
  [
    'faults/drop-connections',
    ({ faults }, fields) =>
      faults.dropConnections(
        checked<{ clientId?: string }>(fields, { clientId: 'string' }).clientId,
      ),
  ],
  [
    'faults/freeze',
    ({ faults }, fields) => {
      faults.freeze(checked<{ broker?: number }>(fields, aBroker).broker);
      return undefined;
    },
  ],
  [
    'faults/thaw',
    ({ faults }, fields) => {
      faults.thaw(checked<{ broker?: number }>(fields, aBroker).broker);
      return undefined;
    },
  ],
  [
    'move-leader',
    (broker, fields) => {
      const known = { topic: 'string', partition: 'number', to: 'number' } as const;
      type Move = { topic: string; partition: number; to?: number };
      const { topic, partition, to } = checked<Move>(fields, known, ['topic', 'partition']);
      broker.moveLeader(topic, partition, to);
      return undefined;
    },
  ],
  [
    'move-coordinator',
    (broker, fields) => {
      const known = { group: 'string', to: 'number' } as const;
      const { group, to } = checked<{ group: string; to?: number }>(fields, known, ['group']);
      broker.moveCoordinator(group, to);
      return undefined;
    },
  ],
  [
    'compact',
    (broker, fields) =>
      broker.compact(checked<{ topic: string }>(fields, { topic: 'string' }, ['topic']).topic),
  ],
  ['stop-broker', (broker, fields) => broker.stopBroker(idIn(fields)).then(() => undefined)],
  ['start-broker', (broker, fields) => broker.startBroker(idIn(fields)).then(() => undefined)],
]);

function idIn(fields: Record<string, unknown>): number {
  return checked<{ broker: number }>(fields, aBroker, ['broker']).broker;
}
