import type { RheaConnection, RheaSender, RheaSession } from './rhea.ts';

/** Bytes of a transfer frame beside its payload, as rhea reckons, and those of our tags. */
const FRAME_OVERHEAD = 50 + 4;

/**
 * Counts what was handed to rhea in this turn and is not written yet. rhea lowers credit and window only when it writes, and a
 * delivery it cannot write holds up all links of the session: so nothing is handed over that cannot be written at once.
 */
export class SessionRoom {
  readonly #connection: RheaConnection;
  #frames = new Map<RheaSession, number>();
  #deliveries = new Map<RheaSender, number>();

  constructor(connection: RheaConnection) {
    this.#connection = connection;
  }

  /** Deliveries the link's client has asked for and that were not handed over. */
  creditOf(link: RheaSender): number {
    return link.credit - (this.#deliveries.get(link) ?? 0);
  }

  /** True, and counted, when a delivery of this size can be written at once. */
  take(link: RheaSender, sizeBytes: number): boolean {
    const { session } = link;
    const frameBytes = (this.#connection.max_frame_size ?? sizeBytes) - FRAME_OVERHEAD;
    const frames = Math.max(1, Math.ceil(sizeBytes / frameBytes));
    const taken = this.#frames.get(session) ?? 0;
    // Before the first flow of the session the window is no number: nothing fits.
    if (!(session.outgoing.transfer_window() - taken >= frames)) return false;
    if (session.outgoing.deliveries.available() < 1) return false;
    this.#frames.set(session, taken + frames);
    this.#deliveries.set(link, (this.#deliveries.get(link) ?? 0) + 1);
    return true;
  }

  /** All that was handed over is written. */
  written(): void {
    this.#frames.clear();
    this.#deliveries.clear();
  }
}
