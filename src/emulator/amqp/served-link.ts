import type { LinkPlace } from '../faults/targets.ts';
import type { AmqpError } from './conditions.ts';

/** A producer's or consumer's link, as the connection and the faults see it. */
export interface ServedLink {
  readonly role: 'producer' | 'consumer';
  readonly place: LinkPlace;
  /** The owner level of a consumer that has one. */
  readonly epoch?: number | undefined;
  /** False as soon as either side has ended it. */
  readonly isOpen: boolean;
  /** Closes the link with an error. Harmless when it is closed already. */
  detach(error: AmqpError): void;
  /** The link is gone; nothing may be sent on it any more. Harmless when called twice. */
  ended(): void;
}
