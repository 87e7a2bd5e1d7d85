import { expectTypeOf } from 'vitest';
import type { EventHubsOptions } from '../../src/backends/eventhubs/index.ts';
import type { KafkaOptions } from '../../src/backends/kafka/index.ts';
import type { MemoryOptions } from '../../src/backends/memory/index.ts';
import {
  type AppConfig,
  type ConsumerConfig,
  createAppFromConfig,
  defineConfig,
  type EventHubsConfig,
  type KafkaConfig,
  type MemoryConfig,
  type ProducerConfig,
} from '../../src/config/index.ts';
import type {
  AppOptions,
  BatchHandling,
  DecodedConsumerOptions,
  ProducerOptions,
} from '../../src/core/index.ts';

// What a configuration in TypeScript may say.
const config: AppConfig = defineConfig({
  backend: 'kafka',
  kafka: { brokers: ['localhost:9092'], requestTimeout: '10s' },
  consumers: [
    {
      topics: ['orders'],
      group: 'billing',
      handler: './orders.ts#handle',
      drainTimeout: '20s',
      buffer: { highBytes: '8MiB' },
      onError: [
        { policy: 'retry', attempts: 5, firstDelay: '200ms' },
        { policy: 'deadLetter', topic: 'orders.dead' },
      ],
    },
  ],
});
void createAppFromConfig(config, {
  parts: {
    handlers: {
      billing: (order: { id: string }, { signal }: { signal: AbortSignal }) => [order, signal],
    },
  },
});

const consumer = { topics: 'orders', onError: 'stop' } as const;

// @ts-expect-error a backend that does not exist
defineConfig({ backend: 'rabbit' });
// @ts-expect-error a time without a unit
defineConfig({ backend: 'memory', stopTimeout: 30 });
// @ts-expect-error a time with a unit of sizes
defineConfig({ backend: 'memory', stopTimeout: '30MiB' });
// @ts-expect-error a consumer without an error policy
defineConfig({ backend: 'memory', consumers: [{ topics: 'orders' }] });
// @ts-expect-error a retry that does not say how often
defineConfig({ backend: 'memory', consumers: [{ ...consumer, onError: { policy: 'retry' } }] });
// @ts-expect-error a handler that is no path
defineConfig({ backend: 'memory', consumers: [{ ...consumer, handler: 'orders.ts' }] });
// @ts-expect-error a key that means nothing
defineConfig({ backend: 'memory', consumers: [{ ...consumer, grup: 'billing' }] });

// Every option that code has is a key of a file, or is known not to be data.
type Key<Option> = Option extends `${infer Name}Ms` ? Name : Option;
type Lacking<Options, Config> = Exclude<Key<keyof Options>, keyof Config>;
type Consumer = DecodedConsumerOptions<unknown> & Pick<BatchHandling<unknown>, 'batch'>;

expectTypeOf<Lacking<KafkaOptions, KafkaConfig>>().toEqualTypeOf<'socketFactory'>();
expectTypeOf<Lacking<EventHubsOptions, EventHubsConfig>>().toEqualTypeOf<'retryOptions'>();
expectTypeOf<Lacking<MemoryOptions, MemoryConfig>>().toEqualTypeOf<never>();
expectTypeOf<Lacking<ProducerOptions, ProducerConfig>>().toEqualTypeOf<never>();
expectTypeOf<Lacking<AppOptions, AppConfig>>().toEqualTypeOf<never>();
// Functions: those of the module that `handler` names.
type Functions = 'handle' | 'handleBatch' | 'open' | 'close';
expectTypeOf<Lacking<Consumer, ConsumerConfig>>().toEqualTypeOf<Functions>();
