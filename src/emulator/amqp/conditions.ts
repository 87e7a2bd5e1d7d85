import type { AmqpCondition } from './rhea.ts';

/** A refusal as the service words it. Clients map `condition` to their own error codes. */
export class AmqpError extends Error {
  readonly condition: string;

  constructor(condition: string, description: string) {
    super(description);
    this.condition = condition;
  }

  /** With all fields of an AMQP error, as the Python SDK reads them by index. */
  asFields(): AmqpCondition {
    const { condition, message: description } = this;
    return { condition, description, info: null };
  }
}

export const notFound = (entity: string): AmqpError =>
  new AmqpError(
    'amqp:not-found',
    `The messaging entity 'sb://localhost/${entity}' could not be found. To know more visit https://aka.ms/sbResourceMgrExceptions.`,
  );

export const unknownPartition = (partition: string, count: number): AmqpError =>
  new AmqpError(
    'com.microsoft:argument-out-of-range',
    `The specified partition is invalid for an EventHub partition sender or receiver. It should be between 0 and ${count - 1}. Got '${partition}'.`,
  );

export const unauthorized = (claim: string): AmqpError =>
  new AmqpError(
    'amqp:unauthorized-access',
    `Unauthorized access. '${claim}' claim(s) are required to perform this operation.`,
  );

export const serverBusy = (): AmqpError =>
  new AmqpError(
    'com.microsoft:server-busy',
    'The request was terminated because the entity is being throttled. Error code : 50002. Please wait 4 seconds and try again.',
  );

export const messageTooLarge = (size: number, limit: number): AmqpError =>
  new AmqpError(
    'amqp:link:message-size-exceeded',
    `The received message (size:${size} bytes) exceeds the limit (${limit} bytes) currently allowed on the link.`,
  );

export const wrongArgument = (description: string): AmqpError =>
  new AmqpError('com.microsoft:argument-error', description);
