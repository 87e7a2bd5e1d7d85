import type { AppEvent } from 'partita';
import type { Audit } from './audit.ts';
import type { Member } from './members.ts';

/** Where the demo shows what happens on all of its backends. */
export interface View {
  /** The part of one backend. */
  pane(backend: string, audit: Audit): Pane;
  close(): void;
}

/** Where it shows what happens on one backend. */
export interface Pane {
  phase(sentence: string): void;
  members(members: readonly Member[]): void;
  heard(member: string, event: AppEvent): void;
}
