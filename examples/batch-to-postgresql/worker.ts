import { kafka } from 'partita/kafka';
import pg from 'pg';
import { Ledger } from './ledger.ts';
import { payments } from './payments.ts';

// A process of its own, as it is deployed: on Kafka at KAFKA_BROKERS, until SIGTERM.
const pool = new pg.Pool({ max: 4 });
const brokers = (process.env.KAFKA_BROKERS ?? 'localhost:9092').split(',');
await payments(kafka({ brokers }), new Ledger(pool)).run();
await pool.end();
