#!/usr/bin/env node
import process from 'node:process';
import { onTerminate } from '../system/terminate.ts';
import { nodeProblem } from './node-problem.ts';
import { exitCode, runCli } from './run-cli.ts';

/** How long what a command has left behind, such as a connection that was about to open, may keep the process. */
const patienceMs = 500;

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
const args = process.argv.slice(2);
const problem = nodeProblem(process.versions.node);
try {
  if (problem !== undefined) {
    process.stderr.write(`partita: ${problem}\n`);
    process.exitCode = exitCode.badInput;
  } else
    process.exitCode = await runCli(args, {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      folder: process.cwd(),
      signal: stopping.signal,
    });
} finally {
  stopListening();
  // An application may have work of its own to finish; of a command nothing is left to wait for but what it has printed.
  if (args[0] !== 'run') endSoon();
}

function endSoon(): void {
  setTimeout(() => {
    if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
    endSoon();
  }, patienceMs).unref();
}
