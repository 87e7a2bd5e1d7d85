import { styleText } from 'node:util';
import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';
import type { AppEvent } from 'partita';
import type { Audit } from './audit.ts';
import { partitionColor } from './colors.ts';
import { EventLines } from './event-lines.ts';
import type { Member } from './members.ts';
import type { View } from './view.ts';

const frameMs = 100;
const eventLines = 6;
const barWidth = 40;

/** A picture of the group, redrawn ten times a second. */
export class LiveView implements View {
  readonly #audit: Audit;
  readonly #backend: string;
  readonly #startedAt = Date.now();
  readonly #draw = createLogUpdate(process.stdout);
  readonly #timer: NodeJS.Timeout;
  readonly #lines = new EventLines((line) => this.#remember(line));
  #members: readonly Member[] = [];
  #phase = '';
  #events: string[] = [];

  constructor(audit: Audit, backend: string) {
    this.#audit = audit;
    this.#backend = backend;
    this.#timer = setInterval(() => this.#draw(this.#frame()), frameMs);
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

  close(): void {
    clearInterval(this.#timer);
    this.#draw(this.#frame());
    this.#draw.done();
  }

  #remember(line: string): void {
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1).padStart(5);
    this.#events = [...this.#events, `${styleText('dim', `${seconds} s`)}  ${line}`].slice(
      -eventLines,
    );
  }

  #frame(): string {
    const title = `${styleText(['bold', 'cyan'], 'Partita')} on ${this.#backend}: ${this.#phase}`;
    return ['', title, this.#table(), this.#progress(), '', ...this.#events, ''].join('\n');
  }

  #table(): string {
    const table = new Table({
      head: ['member', 'group', 'partitions', 'keys in flight', 'handled', 'lag', 'commits'],
      colWidths: [8, 10, 30, 34, 9, 7, 9],
      style: { head: ['dim'], border: ['dim'] },
    });
    for (const { name, app } of this.#members) {
      const status = app.consumers[0]?.status();
      const partitions = [...(status?.partitions ?? [])].sort((a, b) => a.partition - b.partition);
      const lag = partitions.reduce((sum, { lag = 0 }) => sum + lag, 0);
      table.push([
        styleText('bold', name),
        status?.membership?.state ?? 'joining',
        partitions.map(({ partition }) => partitionColor(partition)).join(' '),
        shorten(
          this.#audit.inFlight(name).map((id) => id.replace('order-', '#')),
          30,
        ),
        status?.counts.handled ?? 0,
        lag,
        status?.counts.commits ?? 0,
      ]);
    }
    return table.toString();
  }

  #progress(): string {
    const { produced, handled } = this.#audit;
    const filled = produced === 0 ? 0 : Math.round((handled / produced) * barWidth);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
    return `  ${styleText('green', bar)}  handled ${handled} of ${produced}`;
  }
}

function shorten(words: readonly string[], width: number): string {
  const line = words.join(' ');
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
