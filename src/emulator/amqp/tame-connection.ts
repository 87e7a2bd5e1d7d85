import type { Duplex } from 'node:stream';
import type { Frame, Performative, RheaConnection, RheaLink, RheaSession } from './rhea.ts';

/** Fields per performative by the name rhea gives its handler; error lists are filled where they are made. */
const fieldCounts: ReadonlyMap<number, number> = new Map([
  [0x10, 10],
  [0x11, 8],
  [0x12, 14],
  [0x13, 11],
  [0x14, 11],
  [0x15, 6],
  [0x16, 3],
  [0x17, 1],
  [0x18, 1],
]);

/** A message format that rhea does not know, so that it leaves the bytes alone. */
export const RAW_FORMAT = 1;
const MESSAGE_FORMAT_FIELD = 3;

/**
 * Closes off what of rhea's connection does not fit the clients of Event Hubs:
 *
 * - The Python SDK reads fields of a performative by index, so trailing nulls must be written.
 * - Transfers, flows and dispositions may still arrive for a session or link that was just ended; rhea takes that for a breach
 *   of protocol and drops the connection.
 * - A message of format 0 would be decoded and its bytes thrown away; its types could not be kept.
 * - Each frame is written to the socket on its own; a turn's frames now go out together.
 * - Timers of heartbeats outlive a socket that is closed from here, and keep the process alive.
 *
 * `flushed` is called after each turn's frames were written.
 */
export function tameConnection(
  connection: RheaConnection,
  socket: Duplex,
  { rawFormat, flushed }: { rawFormat: unknown; flushed: () => void },
): void {
  let processing = false;
  const process = connection._process.bind(connection);
  connection._process = () => {
    processing = true;
    try {
      process();
    } finally {
      processing = false;
    }
    if (connection.amqp_transport.has_writes_pending()) {
      socket.cork();
      connection.output();
      socket.uncork();
    }
    flushed();
  };
  connection._write_frame = (channel, performative, payload) => {
    if (performative !== undefined) pad(performative);
    connection.amqp_transport.encode({ channel, type: 0, performative, payload });
    if (!processing) connection.output();
  };
  ignoreLateFrames(connection, rawFormat);
  socket.once('close', () => {
    connection.socket_ready = false;
    clearTimeout(connection.heartbeat_in);
    clearTimeout(connection.heartbeat_out);
    clearTimeout(connection.abort_idle);
  });
}

function pad(performative: Performative): void {
  const { descriptor } = performative.constructor as { descriptor?: { numeric: number } };
  const count = fieldCounts.get(descriptor?.numeric ?? 0) ?? 0;
  if (performative.value.length < count) performative.value.length = count;
}

function ignoreLateFrames(connection: RheaConnection, rawFormat: unknown): void {
  const sessionOf = ({ channel }: Frame): RheaSession | undefined =>
    connection.remote_channel_map[channel];
  const isKnown = (frame: Frame): boolean => {
    const { handle } = frame.performative;
    const session = sessionOf(frame);
    if (session === undefined) return false;
    return (
      handle === undefined ||
      handle === null ||
      session.remote.handles[Number(handle)] !== undefined
    );
  };
  const transfer = connection.on_transfer.bind(connection);
  connection.on_transfer = (frame) => {
    if (!isKnown(frame)) return;
    const format = frame.performative.message_format;
    const handle = Number(frame.performative.handle);
    const link = sessionOf(frame)?.remote.handles[handle];
    if (!format && link !== undefined && rawLinks.has(link)) {
      frame.performative.value[MESSAGE_FORMAT_FIELD] = rawFormat;
    }
    transfer(frame);
  };
  for (const name of ['on_flow', 'on_detach'] as const) {
    const handle = connection[name].bind(connection);
    connection[name] = (frame) => {
      if (isKnown(frame)) handle(frame);
    };
  }
  const disposition = connection.on_disposition.bind(connection);
  connection.on_disposition = (frame) => {
    if (sessionOf(frame) !== undefined) disposition(frame);
  };
}

const rawLinks = new WeakSet<RheaLink>();

/** From now on all messages of this link are handed on as bytes. */
export function receiveBytes(link: RheaLink): void {
  rawLinks.add(link);
}

/** Settles what a closed link had sent: its client will not, and unsettled deliveries hold up the others of the session. */
export function settleDeliveriesOf(link: RheaLink): void {
  const { entries, head, size, capacity } = link.session.outgoing.deliveries;
  for (let i = 0; i < size; i++) {
    const delivery = entries[(head + i) % capacity];
    if (delivery?.link !== link) continue;
    delivery.settled = true;
    delivery.remote_settled = true;
  }
}
