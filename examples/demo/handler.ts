import { setTimeout as wait } from 'node:timers/promises';
import type { RecordContext } from 'partita';
import type { Audit } from './audit.ts';

/** An order event. `sequence` counts the events of one order, so that the audit can tell whether any was lost or overtaken. */
export interface Order {
  readonly id: string;
  readonly sequence: number;
}

/** The handler under test: it knows nothing of the broker, and takes 5 to 45 ms as a call to a database would. */
export function orderHandler(member: string, audit: Audit) {
  return async (order: Order, { record }: RecordContext): Promise<void> => {
    audit.began(member, order, record);
    await wait(5 + Math.random() * 40);
    audit.ended(member, order, record);
  };
}
