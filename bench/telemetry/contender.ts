import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Mode, Shape, Took, Turn } from './work.ts';

/** A process that takes turns with others; it rests while it is not its turn. */
export class Contender {
  readonly mode: Mode;
  readonly #child: ChildProcess;

  constructor(mode: Mode, shape: Shape) {
    this.mode = mode;
    this.#child = fork(new URL('consume.ts', import.meta.url), [mode, shape], {
      execArgv: ['--expose-gc'],
    });
  }

  async take(turn: Turn): Promise<Took> {
    this.#child.send(turn);
    const ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`The contender ${this.mode} ended with code ${code}; see what it wrote.`);
    });
    const [took] = (await Promise.race([once(this.#child, 'message'), ended])) as [Took];
    return took;
  }

  stop(): void {
    this.#child.kill();
  }
}
