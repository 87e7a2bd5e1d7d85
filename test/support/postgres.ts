import { execFileSync, spawn } from 'node:child_process';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { atExit } from './at-exit.ts';
import { until } from './until.ts';

/** A PostgreSQL server of this machine, on a socket of its own. */
export interface Postgres extends AsyncDisposable {
  readonly pool: pg.Pool;
}

/** Folder of the server's programs, or why there is none. */
export function postgresFolder(): { readonly folder?: string; readonly missing?: string } {
  const missing = 'PostgreSQL is not installed (looked for initdb in PATH and /usr/lib/postgresql)';
  const folders = (process.env.PATH ?? '').split(':');
  try {
    for (const version of readdirSync('/usr/lib/postgresql').sort())
      folders.push(`/usr/lib/postgresql/${version}/bin`);
  } catch {
    // Not a Debian: what is in PATH counts.
  }
  const folder = folders.find((one) => isProgram(join(one, 'initdb')));
  return folder === undefined ? { missing } : { folder };
}

/** Starts an empty server in a folder below the temporary one; it is gone with the returned value. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const data = mkdtempSync(join(tmpdir(), 'partita-postgres-'));
  const user = userOf(data);
  const options = { ...user, cwd: data, stdio: 'ignore' as const };
  const initial = ['-D', data, '-A', 'trust', '-U', 'test', '--no-sync'];
  execFileSync(join(folder, 'initdb'), initial, options);
  const settings = ['-c', 'listen_addresses=', '-c', 'fsync=off', '-k', data];
  const server = spawn(join(folder, 'postgres'), ['-D', data, ...settings], options);
  const withdraw = atExit(() => server.kill('SIGKILL'));
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const pool = new pg.Pool({ host: data, user: 'test', database: 'postgres', max: 4 });
  // A server that is shut down tells its clients.
  pool.on('error', () => undefined);
  const stop = async () => {
    await pool.end();
    server.kill('SIGINT');
    await ended;
    withdraw();
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await until('PostgreSQL answers', () => answers(pool));
  } catch (error) {
    await stop();
    throw error;
  }
  return { pool, [Symbol.asyncDispose]: stop };
}

async function answers(pool: pg.Pool): Promise<boolean> {
  try {
    await pool.query('SELECT 1');
    return true;
  } catch {
    return false;
  }
}

/** The server refuses to run as root: it gets the user that its package has made. */
function userOf(data: string): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = { uid: id('-u'), gid: id('-g') };
  chownSync(data, user.uid, user.gid);
  return user;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
