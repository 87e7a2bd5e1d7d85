import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { runCli } from '../../src/cli/run-cli.ts';

/** What a command line printed, and how it ended. */
export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
  /** Standard output as JSON. */
  json<T>(): T;
}

export interface CliInput {
  /** Lines on standard input. @default a terminal where nobody types */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly signal?: AbortSignal;
  /** Standard error is a terminal so wide. @default it is none */
  readonly columns?: number;
  /** Called with all that was printed, each time something is. */
  printed?(out: string): void;
}

/** Runs a command line in this process. */
export async function cli(args: readonly string[], input: CliInput = {}): Promise<CliResult> {
  let out = '';
  let errors = '';
  const stdin = Readable.from(input.stdin === undefined ? [] : [input.stdin]);
  const code = await runCli(args, {
    stdin: Object.assign(stdin, { isTTY: input.stdin === undefined }),
    stdout: {
      write(text) {
        out += text;
        input.printed?.(out);
      },
    },
    stderr: {
      ...(input.columns !== undefined && { isTTY: true, columns: input.columns }),
      write(text) {
        errors += text;
      },
    },
    env: input.env ?? {},
    folder: input.folder ?? tmpdir(),
    signal: input.signal ?? new AbortController().signal,
  });
  return { code, out, errors, json: <T>() => JSON.parse(out) as T };
}
