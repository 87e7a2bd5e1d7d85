/** How clients may say who they are. */
export type KafkaSaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

export const saslMechanisms: readonly KafkaSaslMechanism[] = [
  'PLAIN',
  'SCRAM-SHA-256',
  'SCRAM-SHA-512',
];

/** One authentication going on: messages of the client come in, ours go out. */
export interface SaslExchange {
  /** @throws SaslRefusal when the client is not let in. */
  next(message: Buffer): { readonly answer: Buffer; readonly done: boolean };
}

/** Why somebody is not let in, in the words the client is told. */
export class SaslRefusal extends Error {
  override readonly name = 'SaslRefusal';
}
