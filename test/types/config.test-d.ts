import { type AppConfig, createAppFromConfig, defineConfig } from '../../src/config/index.ts';

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
