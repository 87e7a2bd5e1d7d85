import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kill, pid as ownPid } from 'node:process';
import { PartitaError } from '../../core/index.ts';

interface Holder {
  readonly pid: number;
  /** When the process began, in the system's own units; null where it does not say. */
  readonly started: string | null;
}

/** Folders this process holds: a lock with our own id that is not among them is left from a process that had it before. */
const held = new Set<string>();

/**
 * Takes the folder for this process.
 *
 * @returns gives it back
 * @throws PartitaError `UNAVAILABLE` when another process, or another broker of this one, works in it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const holder = holderIn(path);
  if (held.has(folder) || (holder !== undefined && isAlive(holder))) {
    const pid = holder?.pid ?? ownPid;
    throw new PartitaError(
      'UNAVAILABLE',
      `The folder ${folder} is used by process ${pid}. End that one, or give another folder.`,
    );
  }
  writeFileSync(path, JSON.stringify({ pid: ownPid, started: startOf(ownPid) }));
  held.add(folder);
  return () => {
    held.delete(folder);
    rmSync(path, { force: true });
  };
}

function holderIn(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    // None, or one whose writer was killed while it wrote.
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid === ownPid) return false;
  try {
    kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // Ids are given out again.
  const now = startOf(pid);
  return started === null || now === null || now === started;
}

/** Field 22 of Linux's `/proc/<pid>/stat`; the name in front of it may hold anything but ends with the last bracket. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    // Other systems have no such file.
    return null;
  }
}
