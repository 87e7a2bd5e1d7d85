import type { ConsumerRecord, TopicPartition } from 'partita';
import type pg from 'pg';

/** What one record says. */
export interface Payment {
  readonly customer: string;
  readonly cents: number;
}

/** Sums in a database, and beside them how far they have come in each partition. */
export class Ledger {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async createTables(): Promise<void> {
    await this.#pool.query(`
      DROP TABLE IF EXISTS totals, positions;
      CREATE TABLE totals (
        customer text PRIMARY KEY, cents bigint NOT NULL, payments bigint NOT NULL
      );
      CREATE TABLE positions (
        topic text, partition int, next_offset bigint NOT NULL, PRIMARY KEY (topic, partition)
      )`);
  }

  /** Where to begin. Makes the row that `add` locks. */
  async nextOffset({ topic, partition }: TopicPartition): Promise<number> {
    const { rows } = await this.#pool.query<{ next_offset: string }>(
      `INSERT INTO positions VALUES ($1, $2, 0)
       ON CONFLICT (topic, partition) DO UPDATE SET next_offset = positions.next_offset
       RETURNING next_offset`,
      [topic, partition],
    );
    return Number(rows[0]?.next_offset);
  }

  /**
   * Adds a batch and moves the position on, in one transaction: both happen or neither. The lock makes whoever still works on the
   * partition wait, and what has been added already is left out.
   */
  async add(
    { topic, partition }: TopicPartition,
    payments: readonly Payment[],
    records: readonly ConsumerRecord[],
  ): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      const where = 'WHERE topic = $1 AND partition = $2';
      const { rows } = await client.query<{ next_offset: string }>(
        `SELECT next_offset FROM positions ${where} FOR UPDATE`,
        [topic, partition],
      );
      const from = Number(rows[0]?.next_offset);
      const fresh = payments.filter((_, index) => (records[index]?.offset ?? 0) >= from);
      await client.query(
        `INSERT INTO totals SELECT customer, sum(cents), count(*)
         FROM unnest($1::text[], $2::bigint[]) AS payment (customer, cents) GROUP BY customer
         ON CONFLICT (customer) DO UPDATE
         SET cents = totals.cents + excluded.cents, payments = totals.payments + excluded.payments`,
        [fresh.map(({ customer }) => customer), fresh.map(({ cents }) => cents)],
      );
      await client.query(`UPDATE positions SET next_offset = greatest(next_offset, $3) ${where}`, [
        topic,
        partition,
        (records.at(-1)?.offset ?? 0) + 1,
      ]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }

  /** Of all customers together. */
  async booked(): Promise<{ readonly payments: number; readonly cents: number }> {
    const { rows } = await this.#pool.query<{ payments: string; cents: string }>(
      'SELECT coalesce(sum(payments), 0) AS payments, coalesce(sum(cents), 0) AS cents FROM totals',
    );
    return { payments: Number(rows[0]?.payments), cents: Number(rows[0]?.cents) };
  }
}
