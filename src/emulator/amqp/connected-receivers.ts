import { AmqpError } from './conditions.ts';

/** The service's limit for receivers without an epoch on one partition and group. */
const MAX_NON_EPOCH = 5;

export interface ConnectedReceiver {
  /** Of the client's choice, for messages. */
  readonly name: string | undefined;
  /** The owner level; undefined for a receiver that claims nothing. */
  readonly epoch: number | undefined;
  disconnect(error: AmqpError): void;
}

/**
 * The receivers of one partition and group. A receiver with an epoch is alone: it disconnects all of the same or a lower epoch,
 * and while it lives, lower ones and those without an epoch are refused. Epochs are not remembered beyond the connection.
 */
export class ConnectedReceivers {
  readonly #receivers = new Set<ConnectedReceiver>();

  get all(): readonly ConnectedReceiver[] {
    return [...this.#receivers];
  }

  /** @throws AmqpError when the receiver may not connect. */
  admit(receiver: ConnectedReceiver): void {
    const refusal =
      receiver.epoch === undefined
        ? this.#refuseWithoutEpoch()
        : this.#refuseEpoch(receiver, receiver.epoch);
    if (refusal !== undefined) throw refusal;
    if (receiver.epoch !== undefined) this.#disconnectFor(receiver, receiver.epoch);
    this.#receivers.add(receiver);
  }

  leave(receiver: ConnectedReceiver): void {
    this.#receivers.delete(receiver);
  }

  #refuseWithoutEpoch(): AmqpError | undefined {
    const owner = this.all.find(({ epoch }) => epoch !== undefined);
    if (owner !== undefined) {
      return stolen(
        `At least one receiver for the endpoint is created with epoch of '${owner.epoch}', and so non-epoch receiver is not allowed. Either reconnect with a higher epoch, or make sure all epoch receivers are closed or disconnected.`,
      );
    }
    if (this.#receivers.size < MAX_NON_EPOCH) return undefined;
    return new AmqpError(
      'amqp:resource-limit-exceeded',
      `Exceeded the maximum number of allowed receivers per partition in a consumer group which is ${MAX_NON_EPOCH}. List of connected receivers - ${this.all.map(nameOf).join(', ')}.`,
    );
  }

  #refuseEpoch(receiver: ConnectedReceiver, epoch: number): AmqpError | undefined {
    const higher = this.all.find((other) => (other.epoch ?? -1) > epoch);
    if (higher === undefined) return undefined;
    return stolen(
      `Receiver '${nameOf(higher)}' with a higher epoch '${higher.epoch}' already exists. Receiver '${nameOf(receiver)}' with epoch ${epoch} cannot be created. Make sure you are creating receiver with increasing epoch value to ensure connectivity, or ensure all old epoch receivers are closed or disconnected.`,
    );
  }

  #disconnectFor(receiver: ConnectedReceiver, epoch: number): void {
    for (const other of this.all) {
      this.#receivers.delete(other);
      other.disconnect(
        stolen(
          `New receiver '${nameOf(receiver)}' with higher epoch of '${epoch}' is created hence current receiver '${nameOf(other)}' with epoch '${other.epoch ?? -1}' is getting disconnected. If you are recreating the receiver, make sure a higher epoch is used.`,
        ),
      );
    }
  }
}

const stolen = (description: string): AmqpError => new AmqpError('amqp:link:stolen', description);

const nameOf = ({ name }: ConnectedReceiver): string => name ?? 'nil';
