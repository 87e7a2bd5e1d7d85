import { createLogUpdate } from 'log-update';
import type { Audit } from './audit.ts';
import { LivePane, paneWidth } from './live-pane.ts';
import { beside } from './side-by-side.ts';
import type { Pane, View } from './view.ts';

const frameMs = 100;
const eventLines = 6;
/** Where panes are under each other. */
const fewEventLines = 2;

/** A picture of the groups, redrawn ten times a second: side by side where the terminal is wide enough. */
export class LiveView implements View {
  readonly #draw = createLogUpdate(process.stdout);
  readonly #panes: LivePane[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#draw(this.#frame()), frameMs);
  }

  pane(backend: string, audit: Audit): Pane {
    const pane = new LivePane(audit, backend);
    this.#panes.push(pane);
    return pane;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#draw(this.#frame());
    this.#draw.done();
  }

  #frame(): string {
    const wide = process.stdout.columns >= this.#panes.length * paneWidth;
    const drawn = this.#panes.map((pane) => pane.draw(wide ? eventLines : fewEventLines));
    return ['', ...(wide ? beside(drawn, paneWidth) : drawn.flat()), ''].join('\n');
  }
}
