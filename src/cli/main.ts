#!/usr/bin/env node
import process from 'node:process';
import { onTerminate } from '../system/terminate.ts';
import { runCli } from './run-cli.ts';

const stopping = new AbortController();
// After the first signal the next one ends the process at once, as Node does by default.
const stopListening = onTerminate(() => {
  stopListening();
  stopping.abort();
});
// `partita tail … | head` reads no further: that is an end, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  stopping.abort();
});
try {
  process.exitCode = await runCli(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    folder: process.cwd(),
    signal: stopping.signal,
  });
} finally {
  stopListening();
}
