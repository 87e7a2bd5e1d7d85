import { InvalidConfigError, OptionCheck, PartitaError, show } from '../core/index.ts';
import type { DeduplicationStore } from './deduplication-store.ts';

/** What is needed of a database client: `pg` (a pool or a client) and PGlite fit as they are, others in three lines. */
export interface SqlClient {
  query(text: string, parameters: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

export interface SqlDeduplicationOptions {
  /** Stays yours: it is not closed. */
  readonly client: SqlClient;
  /** Table, with its schema if need be. @default 'partita_handled' */
  readonly table?: string;
  /** How the database wants parameters: `$1, $2` (PostgreSQL) or `?` (SQLite). @default 'numbered' */
  readonly placeholders?: 'numbered' | 'question';
}

/** A store in a database that all processes of a group share. */
export interface SqlDeduplication extends DeduplicationStore {
  /** Makes the table, unless it is there. */
  createTable(): Promise<void>;
  /** Deletes what has expired; to be called now and then, or left to a job of the database. */
  purge(nowMs: number): Promise<void>;
}

/** Keys in one statement: two parameters each, of the 32,766 that SQLite allows (PostgreSQL: 65,535). */
const keysPerStatement = 1_000;

/** In characters, of up to three bytes each: PostgreSQL has no index entry of more than 2,704 bytes. */
const longestKey = 800;

/**
 * Remembers in a table `(id TEXT PRIMARY KEY, expires_at BIGINT)` of PostgreSQL, SQLite (3.24 or later), or another database
 * with `ON CONFLICT … DO UPDATE`.
 *
 * @throws InvalidConfigError with all problems of the options at once.
 */
export function sqlDeduplication(options: SqlDeduplicationOptions): SqlDeduplication {
  const { table, mark, query } = resolve(options);
  return {
    async createTable() {
      const text = `CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)`;
      // Two processes that do this at the same moment disturb each other in PostgreSQL; then the table is there the next time.
      await query(text, []).catch(() => query(text, []));
    },
    async purge(nowMs) {
      await query(`DELETE FROM ${table} WHERE expires_at <= ${mark(1)}`, [nowMs]);
    },
    async seen(keys, nowMs) {
      const found = new Set<string>();
      checkLengths(keys);
      for (const part of parts(keys)) {
        const marks = part.map((_, index) => mark(index + 2)).join(', ');
        const text = `SELECT id FROM ${table} WHERE expires_at > ${mark(1)} AND id IN (${marks})`;
        for (const row of await query(text, [nowMs, ...part])) found.add(idOf(row));
      }
      return found;
    },
    async remember(keys, untilMs) {
      for (const part of parts(keys)) {
        const marks = part.map((_, index) => `(${mark(index * 2 + 1)}, ${mark(index * 2 + 2)})`);
        await query(
          `INSERT INTO ${table} (id, expires_at) VALUES ${marks.join(', ')} ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at`,
          part.flatMap((key) => [key, Math.ceil(untilMs)]),
        );
      }
    },
  };
}

/** A statement must not touch a row twice, so each key once. Sorted, so that two processes do not lock each other out. */
function parts(keys: readonly string[]): string[][] {
  const each = [...new Set(keys)].sort();
  const count = Math.ceil(each.length / keysPerStatement);
  return Array.from({ length: count }, (_, index) =>
    each.slice(index * keysPerStatement, (index + 1) * keysPerStatement),
  );
}

/** Before the record is handled: a key that cannot be remembered would let it be handled again and again. */
function checkLengths(keys: readonly string[]): void {
  const long = keys.find(({ length }) => length > longestKey);
  if (long === undefined) return;
  throw new PartitaError(
    'INVALID_CONFIG',
    `A key of deduplicate() has ${long.length} characters with its group and topic, and the index takes ${longestKey}: return a hash of it. It begins with ${long.slice(0, 40)}.`,
  );
}

function idOf(row: unknown): string {
  const { id } = Object(row) as { readonly id?: unknown };
  if (typeof id === 'string') return id;
  throw new PartitaError(
    'INVALID_CONFIG',
    `The database client returned the row ${show(row)}, expected an object with the column id.`,
  );
}

function resolve(options: SqlDeduplicationOptions) {
  const check = new OptionCheck();
  const given: Partial<SqlDeduplicationOptions> = check.object('options', options);
  check.known('', given, ['client', 'table', 'placeholders']);
  const { client, table = 'partita_handled', placeholders = 'numbered' } = given;
  if (typeof client?.query !== 'function')
    check.problem('client has no function query(text, parameters): give a pool or client of pg');
  // It becomes part of statements as it is.
  if (typeof table !== 'string' || !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(table))
    check.problem(
      `table is ${show(table)}, expected a name, or schema.name, of letters, digits and _`,
    );
  check.oneOf('placeholders', placeholders, ['numbered', 'question']);
  if (check.problems.length > 0)
    throw new InvalidConfigError('SQL deduplication options', check.problems);
  return {
    table,
    mark: (number: number) => (placeholders === 'numbered' ? `$${number}` : '?'),
    async query(text: string, parameters: unknown[]): Promise<readonly unknown[]> {
      const result = await client?.query(text, parameters);
      return result?.rows ?? [];
    },
  };
}
