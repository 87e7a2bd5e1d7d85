import type { Hub, HubPartition } from '../hub.ts';
import type { Namespace } from '../namespace.ts';
import { AmqpError, serverBusy, unauthorized, unknownPartition } from './conditions.ts';
import { offsetOf } from './event-offset.ts';
import type { Answer, Reply } from './request-node.ts';
import type { RheaContainer } from './rhea.ts';
import { allows, checkToken } from './sas-token.ts';

/** Type code of a string, for arrays of them. */
const STRING = 0xa1;

/**
 * The `$management` node: what a hub and its partitions are. Java checks the types of the values, so they are the service's.
 * Its links need no token: Java attaches them before it has one, and puts one into each request.
 */
export function answerManagement(
  rhea: RheaContainer,
  namespace: Namespace,
  isAllowed: (path: string) => boolean,
): Answer {
  return ({ application_properties: properties }, reply) => {
    const hub = String(properties?.name ?? '');
    const answer = () => reply(replyFor(() => read(hub)));
    const read = (name: string): object => {
      if (!isAllowed(name) && !brings(properties?.security_token, name, namespace)) {
        throw unauthorized('Listen');
      }
      const found = namespace.hubFor(name);
      if (namespace.faults.throttles({ hub: found.name })) throw serverBusy();
      if (properties?.operation !== 'READ') {
        throw new AmqpError('amqp:not-allowed', `'${properties?.operation}' is not served.`);
      }
      const isPartition = properties.type === 'com.microsoft:partition';
      return isPartition
        ? describePartition(rhea, found, String(properties.partition), namespace.clock.now())
        : describeHub(rhea, found);
    };
    const delayMs = namespace.faults.delayMs({ hub }, 'management');
    if (delayMs > 0) namespace.clock.schedule(delayMs, answer);
    else answer();
  };
}

/** True when a token is for the hub. */
function brings(token: unknown, hub: string, { keys, clock }: Namespace): boolean {
  if (typeof token !== 'string') return false;
  const grant = checkToken(token, keys, clock.now());
  return !('refused' in grant) && allows([grant], hub, clock.now());
}

const statusOf: Readonly<Record<string, number>> = {
  'amqp:not-found': 404,
  'amqp:unauthorized-access': 401,
  'com.microsoft:server-busy': 503,
};

function replyFor(read: () => object): Reply {
  try {
    return { status: 200, description: 'OK', body: read() };
  } catch (error) {
    if (!(error instanceof AmqpError)) throw error;
    const { condition, message } = error;
    return { status: statusOf[condition] ?? 400, description: message, condition };
  }
}

function describeHub({ types }: RheaContainer, hub: Hub): object {
  return {
    name: hub.name,
    type: 'com.microsoft:eventhub',
    created_at: types.wrap_timestamp(hub.createdAtMs),
    partition_count: types.wrap_int(hub.partitions.length),
    partition_ids: types.wrap_array(
      hub.partitions.map(({ id }) => id),
      STRING,
    ),
    georeplication_factor: types.wrap_int(1),
  };
}

function describePartition({ types }: RheaContainer, hub: Hub, id: string, nowMs: number): object {
  const partition: HubPartition | undefined = hub.partition(id);
  if (partition === undefined) throw unknownPartition(id, hub.partitions.length);
  partition.log.expire(nowMs);
  const { log } = partition;
  return {
    name: hub.name,
    type: 'com.microsoft:partition',
    partition: id,
    begin_sequence_number: types.wrap_long(log.beginningSequenceNumber),
    last_enqueued_sequence_number: types.wrap_long(log.nextSequenceNumber - 1),
    last_enqueued_offset: types.wrap_string(
      String(log.last === undefined ? -1 : offsetOf(log.last.sequenceNumber)),
    ),
    last_enqueued_time_utc: types.wrap_timestamp(log.last?.enqueuedAtMs ?? 0),
    is_partition_empty: types.wrap_boolean(log.beginningSequenceNumber === log.nextSequenceNumber),
  };
}
