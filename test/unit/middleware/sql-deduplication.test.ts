import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidConfigError } from '../../../src/index.ts';
import { deduplicate, type SqlClient, sqlDeduplication } from '../../../src/middleware/index.ts';
import { consumerWith } from '../../support/middleware-app.ts';
import { type Postgres, postgresFolder, startPostgres } from '../../support/postgres.ts';

/** The three lines that a client without `query` needs. */
function sqliteClient(database: DatabaseSync): SqlClient {
  return {
    query: async (text, parameters) => ({
      rows: database.prepare(text).all(...(parameters as SQLInputValue[])),
    }),
  };
}

let postgres: Postgres | undefined;
const { folder, missing } = postgresFolder();
beforeAll(async () => {
  if (folder !== undefined) postgres = await startPostgres(folder);
}, 60_000);
afterAll(async () => postgres?.[Symbol.asyncDispose]());

const databases = {
  SQLite: () => ({
    client: sqliteClient(new DatabaseSync(':memory:')),
    placeholders: 'question' as const,
  }),
  PostgreSQL: () => postgres && { client: postgres.pool },
};

describe.for(Object.entries(databases))('sqlDeduplication() on %s', ([name, open]) => {
  it('makes its table when several processes do so at the same moment, and takes fractions of time', async ({
    skip,
  }) => {
    const options = open() ?? skip(missing);
    const store = sqlDeduplication({ ...options, table: 'made_at_once' });
    await Promise.all(Array.from({ length: 4 }, () => store.createTable()));
    await store.remember(['a'], 1_000.5);
    expect(await store.seen(['a'], 1_000)).toEqual(new Set(['a']));
  });

  it('refuses a key that no index takes before its record is handled', async ({ skip }) => {
    const options = open() ?? skip(missing);
    const store = sqlDeduplication({ ...options, table: 'made_at_once' });
    await store.createTable();
    await expect(store.seen(['k'.repeat(801)], 0)).rejects.toThrow(
      'has 801 characters with its group and topic, and the index takes 800: return a hash of it',
    );
    const longest = '\u{1F600}'.repeat(400);
    await store.remember([longest], 10);
    expect(await store.seen([longest], 0)).toEqual(new Set([longest]));
  });

  it('remembers keys until their time, and purges what has expired', async ({ skip }) => {
    const options = open() ?? skip(missing);
    const store = sqlDeduplication({ ...options, table: 'handled_keys' });
    await store.createTable();
    await store.createTable();
    const nowMs = 1_767_225_600_000;
    await store.remember(['a', "b'; DROP TABLE handled_keys; --", 'a'], nowMs + 100);
    expect(await store.seen(['a', 'c', "b'; DROP TABLE handled_keys; --"], nowMs)).toEqual(
      new Set(['a', "b'; DROP TABLE handled_keys; --"]),
    );
    expect(await store.seen(['a'], nowMs + 100)).toEqual(new Set());
    await store.remember(['a'], nowMs + 200);
    await store.purge(nowMs + 100);
    const { rows } = await options.client.query('SELECT id FROM handled_keys', []);
    expect(rows).toMatchObject([{ id: 'a' }]);
    expect(await store.seen(['a'], nowMs + 150)).toEqual(new Set(['a']));
    expect(await store.seen([], nowMs)).toEqual(new Set());
    await store.remember([], nowMs);
  });

  it('takes more keys than fit into one statement', async ({ skip }) => {
    const store = sqlDeduplication(open() ?? skip(missing));
    await store.createTable();
    const keys = Array.from({ length: 2_500 }, (_, index) => `${name}-${index}`);
    await store.remember(keys, 100);
    expect((await store.seen([...keys, 'other'], 0)).size).toBe(2_500);
  });

  it('shares what was handled between the processes of a group', async ({ skip }) => {
    const store = sqlDeduplication({ ...(open() ?? skip(missing)), table: 'shared_keys' });
    await store.createTable();
    const once = deduplicate({ store, key: ({ value }) => String(value) });
    await using t = await consumerWith([once], {}, { topics: { orders: 2 } });
    await t.join();
    const order = { value: 'order 1' };
    await t.produce('orders', { ...order, partition: 0 });
    await t.idle();
    await t.produce('orders', { ...order, partition: 1 });
    await t.idle();
    expect(t.handled()).toHaveLength(1);
  });
});

describe('sqlDeduplication()', () => {
  it('tells all that is wrong with its options, and takes no table that is a statement', () => {
    const wrong = { client: {}, table: 'a; DROP TABLE b', placeholders: ':', rows: 1 };
    expect(() => sqlDeduplication(wrong as never)).toThrow(
      new InvalidConfigError('SQL deduplication options', [
        'rows is no option; known are client, table, placeholders',
        'client has no function query(text, parameters): give a pool or client of pg',
        'table is "a; DROP TABLE b", expected a name, or schema.name, of letters, digits and _',
        'placeholders is ":", expected "numbered", "question"',
      ]),
    );
  });
});
