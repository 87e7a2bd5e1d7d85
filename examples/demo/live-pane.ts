import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { AppEvent } from 'partita';
import type { Audit } from './audit.ts';
import { partitionColor } from './colors.ts';
import { EventLines } from './event-lines.ts';
import type { Member } from './members.ts';
import type { Pane } from './view.ts';

/** Columns of one pane. */
export const paneWidth = 60;
const barWidth = 22;
/** No lines between the rows, so that two panes fit under each other, too. */
const noLines = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

/** The picture of one group. */
export class LivePane implements Pane {
  readonly #audit: Audit;
  readonly #backend: string;
  readonly #startedAt = Date.now();
  readonly #lines = new EventLines((line) => this.#remember(line));
  #members: readonly Member[] = [];
  #phase = '';
  #events: string[] = [];

  constructor(audit: Audit, backend: string) {
    this.#audit = audit;
    this.#backend = backend;
  }

  phase(sentence: string): void {
    this.#phase = sentence;
    this.#remember(styleText('bold', sentence));
  }

  members(members: readonly Member[]): void {
    this.#members = [...members];
  }

  heard(member: string, event: AppEvent): void {
    this.#lines.heard(member, event);
  }

  /** @param events so many of the last events at most */
  draw(events: number): string[] {
    const title = `${styleText(['bold', 'cyan'], 'Partita')} on ${styleText('bold', this.#backend)}`;
    const last = this.#events.slice(-events);
    return [
      title,
      shorten(this.#phase),
      ...this.#table().split('\n'),
      this.#progress(),
      ...Array.from({ length: events }, (_, at) => last[at] ?? ''),
    ];
  }

  #remember(line: string): void {
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1).padStart(5);
    this.#events.push(`${styleText('dim', `${seconds} s`)}  ${line}`);
    if (this.#events.length > 50) this.#events.shift();
  }

  #table(): string {
    const table = new Table({
      head: ['member', 'partitions', 'handled', 'lag'],
      colWidths: [8, 28, 10, 7],
      chars: noLines,
      style: { head: ['dim'], border: ['dim'] },
    });
    for (const { name, app } of this.#members) {
      const status = app.consumers[0]?.status();
      const partitions = [...(status?.partitions ?? [])].sort((a, b) => a.partition - b.partition);
      table.push([
        styleText('bold', name),
        partitions.map(({ partition }) => partitionColor(partition)).join(' '),
        status?.counts.handled ?? 0,
        partitions.reduce((sum, { lag = 0 }) => sum + lag, 0),
      ]);
    }
    return table.toString();
  }

  #progress(): string {
    const { produced, handled } = this.#audit;
    const filled = produced === 0 ? 0 : Math.round((handled / produced) * barWidth);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(Math.max(0, barWidth - filled))}`;
    return `${styleText('green', bar)}  handled ${handled} of ${produced}`;
  }
}

function shorten(sentence: string): string {
  return sentence.length < paneWidth ? sentence : `${sentence.slice(0, paneWidth - 2)}…`;
}
