import type { AppEvent } from 'partita';
import type { Member } from './members.ts';

/** Where the demo shows what happens. */
export interface View {
  phase(sentence: string): void;
  members(members: readonly Member[]): void;
  heard(member: string, event: AppEvent): void;
  close(): void;
}
