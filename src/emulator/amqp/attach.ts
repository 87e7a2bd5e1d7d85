import type { Hub, HubPartition } from '../hub.ts';
import type { Namespace } from '../namespace.ts';
import type { Address } from './address.ts';
import { notFound, unauthorized, unknownPartition } from './conditions.ts';
import { ConsumerLink, type LinkOutlet } from './consumer-link.ts';
import { ProducerLink } from './producer-link.ts';
import type {
  RemoteAttach,
  RheaContainer,
  RheaLink,
  RheaReceiver,
  RheaSender,
  Terminus,
} from './rhea.ts';
import { startPosition } from './start-position.ts';
import { receiveBytes } from './tame-connection.ts';

/** What attaching needs of the connection. */
export interface AttachContext {
  readonly rhea: RheaContainer;
  readonly namespace: Namespace;
  readonly outlet: LinkOutlet;
  isAllowed(path: string): boolean;
}

const IDEMPOTENT = 'com.microsoft:idempotent-producer';
const RUNTIME_METRIC = 'com.microsoft:enable-receiver-runtime-metric';

/** @throws AmqpError when the link is refused. */
export function attachProducer(
  context: AttachContext,
  link: RheaReceiver,
  address: Address & { kind: 'hub' },
): ProducerLink {
  const { rhea, namespace } = context;
  const path = address.partition === undefined ? '' : `/Partitions/${address.partition}`;
  if (!context.isAllowed(address.hub + path)) throw unauthorized('Send');
  const hub = namespace.hubFor(address.hub);
  const partition =
    address.partition === undefined ? undefined : partitionOf(hub, address.partition);
  const { attach } = link.remote;
  if (partition !== undefined && desires(attach, IDEMPOTENT)) {
    link.local.attach.properties = producerProperties(rhea, attach, partition);
  }
  link.local.attach.max_message_size = namespace.maxMessageBytes;
  receiveBytes(link);
  return new ProducerLink(rhea, link, namespace, { hub, partition });
}

/** @throws AmqpError when the link is refused. */
export function attachConsumer(
  context: AttachContext,
  link: RheaSender,
  source: Terminus,
  address: Address & { kind: 'consumer' },
): ConsumerLink {
  const { namespace, outlet } = context;
  const path = `${address.hub}/ConsumerGroups/${address.group}/Partitions/${address.partition}`;
  if (!context.isAllowed(path)) throw unauthorized('Listen');
  const hub = namespace.hubFor(address.hub);
  if (!hub.hasGroup(address.group)) {
    throw notFound(`${hub.name}/ConsumerGroups/${address.group}`);
  }
  const { id, log } = partitionOf(hub, address.partition);
  log.expire(namespace.clock.now());
  const { attach } = link.remote;
  const name = attach.properties?.['com.microsoft:receiver-name'];
  return new ConsumerLink(link, namespace, {
    place: { hub: hub.name, partition: id, group: address.group },
    log,
    cursor: log.cursor(startPosition(source, log)),
    receivers: hub.receivers(address.group, id),
    outlet,
    name: typeof name === 'string' ? name : undefined,
    epoch: integer(attach.properties?.['com.microsoft:epoch']),
    runtimeMetric: desires(attach, RUNTIME_METRIC),
  });
}

/**
 * Confirms the link with the termini the client named, and its wish when senders settle, on which Go insists. Not its wish for
 * receivers: Python asks for a second round of settlement, and then does not take part in it.
 */
export function confirm(link: RheaLink): void {
  const { source, target, snd_settle_mode: settleMode } = link.remote.attach;
  link.local.attach.source = source?.described();
  link.local.attach.target = target?.described();
  if (typeof settleMode === 'number') link.local.attach.snd_settle_mode = settleMode;
}

function partitionOf(hub: Hub, id: string): HubPartition {
  const partition = hub.partition(id);
  if (partition === undefined) throw unknownPartition(id, hub.partitions.length);
  return partition;
}

function desires({ desired_capabilities: desired }: RemoteAttach, capability: string): boolean {
  return Array.isArray(desired) ? desired.includes(capability) : desired === capability;
}

function producerProperties(
  { types }: RheaContainer,
  { properties }: RemoteAttach,
  { producers }: HubPartition,
): Readonly<Record<string, unknown>> {
  const stamp = producers.attach({
    producerId: integer(properties?.['com.microsoft:producer-id']),
    epoch: integer(properties?.['com.microsoft:producer-epoch']),
    sequenceNumber: integer(properties?.['com.microsoft:producer-sequence-number']),
  });
  return {
    'com.microsoft:producer-id': types.wrap_long(stamp.producerId),
    'com.microsoft:producer-epoch': types.wrap_short(stamp.epoch),
    'com.microsoft:producer-sequence-number': types.wrap_int(stamp.sequenceNumber),
  };
}

/** rhea gives numbers beyond 2^53 as bytes; no client sends such a one here. */
function integer(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
