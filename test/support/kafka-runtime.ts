import type { KafkaSettings } from './kafka-settings.ts';

/** What to run: the same for containers and for processes. */
export interface KafkaPlan {
  readonly version: string;
  readonly brokers: 1 | 3;
  readonly settings: KafkaSettings;
}

/** A way to run brokers. Broker `i` has the node id `i + 1`. */
export interface KafkaRuntime {
  /** One `host:port` per broker, the same after a restart. */
  readonly bootstrap: readonly string[];
  readonly origin: 'container' | 'process';
  /** Starts a broker that was stopped or killed, with its data, and waits until it is up. */
  start(broker: number): Promise<void>;
  /** Ends a broker in order: it hands its leaderships over. */
  stop(broker: number): Promise<void>;
  /** kill -9. */
  kill(broker: number): Promise<void>;
  /** Ends everything and removes the data. */
  close(): Promise<void>;
}

/** What a broker logs when it is up, in Kafka 3 and 4. */
export const startedLine: RegExp = /Kafka Server started/;
