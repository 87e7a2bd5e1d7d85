/**
 * What each layer may import and what it may not: samples on both sides of its allow-list in biome.json.
 */
export interface Layer {
  readonly folder: string;
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

/** Import specifiers as files directly in the folder of the layer write them. */
export const layers: readonly Layer[] = [
  {
    folder: 'core',
    allowed: ['./record.ts', './sub/part.ts'],
    forbidden: [
      '../system/index.ts',
      './../system/index.ts',
      '../assignors/index.ts',
      '../backends/memory/index.ts',
      '../index.ts',
      'node:events',
      'node:timers/promises',
      'kafkajs',
    ],
  },
  {
    folder: 'system',
    allowed: ['./clock.ts', '../core/index.ts', 'node:timers/promises', 'node:process'],
    forbidden: ['../core/model/clock.ts', '../backends/memory/index.ts', '../index.ts', 'kafkajs'],
  },
  {
    folder: 'protocol',
    allowed: ['./reader.ts', './apis/01-fetch.ts', 'node:buffer', 'node:zlib', '@node-rs/crc32'],
    forbidden: ['../core/index.ts', '../assignors/index.ts', 'node:net', 'kafkajs'],
  },
  {
    folder: 'assignors',
    allowed: ['./range.ts', '../core/index.ts'],
    forbidden: ['../core/ports/assignor.ts', '../protocol/index.ts', 'node:crypto'],
  },
  {
    folder: 'partitioners',
    allowed: ['./murmur2.ts', '../core/index.ts'],
    forbidden: ['../core/ports/partitioner.ts', '../protocol/index.ts', '../assignors/index.ts'],
  },
  {
    folder: 'backends/memory',
    allowed: [
      './log.ts',
      '../../core/index.ts',
      '../../assignors/index.ts',
      '../../partitioners/index.ts',
    ],
    forbidden: [
      '../../core/model/record.ts',
      '../../protocol/index.ts',
      '../../testing/index.ts',
      '../kafka/index.ts',
      'node:timers',
    ],
  },
  {
    folder: 'backends/kafka',
    allowed: [
      './wire/wire.ts',
      '../../core/index.ts',
      '../../assignors/index.ts',
      '../../partitioners/index.ts',
      '../../protocol/index.ts',
      'kafkajs',
      'node:net',
    ],
    forbidden: [
      '../../core/model/record.ts',
      '../../system/index.ts',
      '../../testing/index.ts',
      '../memory/index.ts',
      '@platformatic/kafka',
      'node:timers/promises',
    ],
  },
  {
    folder: 'testing',
    allowed: ['./virtual-clock.ts', '../core/index.ts', '../backends/memory/index.ts'],
    forbidden: [
      '../core/model/clock.ts',
      '../backends/kafka/index.ts',
      '../system/index.ts',
      'vitest',
      'fast-check',
      'node:net',
    ],
  },
  {
    folder: 'backends/eventhubs',
    allowed: [
      './options.ts',
      '../../core/index.ts',
      '../../assignors/index.ts',
      '@azure/event-hubs',
    ],
    forbidden: [
      '../../core/model/record.ts',
      '../kafka/index.ts',
      '../../emulator/index.ts',
      'rhea',
    ],
  },
  {
    folder: 'emulator',
    allowed: ['./hub.ts', '../core/index.ts', '../protocol/index.ts', 'rhea', 'node:fs/promises'],
    forbidden: [
      '../core/model/clock.ts',
      '../testing/index.ts',
      '../backends/kafka/index.ts',
      'kafkajs',
    ],
  },
  {
    folder: 'middleware',
    allowed: ['./gzip.ts', '../core/index.ts', 'node:util', 'node:zlib'],
    forbidden: [
      '../core/options/middleware.ts',
      '../testing/index.ts',
      '../system/real-clock.ts',
      'node:timers/promises',
      'pg',
    ],
  },
  {
    folder: 'di',
    allowed: [
      './tokens.ts',
      '../core/index.ts',
      '../assignors/index.ts',
      '../system/real-clock.ts',
      '../config/index.ts',
      '../backends/kafka/index.ts',
      'inversify',
    ],
    forbidden: [
      '../core/model/clock.ts',
      '../backends/kafka/backend.ts',
      '../telemetry/index.ts',
      '../cli/main.ts',
      'node:fs',
    ],
  },
  {
    folder: 'logging',
    allowed: ['./pino-logger.ts', '../core/index.ts'],
    forbidden: ['../core/model/logger.ts', '../system/stderr-logger.ts', 'pino'],
  },
  {
    folder: 'telemetry',
    allowed: ['./metrics.ts', '../core/index.ts', '../system/environment.ts', '@opentelemetry/api'],
    forbidden: ['../core/telemetry.ts', '../health/index.ts', '../index.ts', 'node:http', 'pino'],
  },
  {
    folder: 'health',
    allowed: ['./report.ts', '../core/index.ts', '../system/real-clock.ts', 'node:http'],
    forbidden: ['../core/app.ts', '../telemetry/index.ts', '../index.ts', 'fastify'],
  },
  {
    folder: 'config',
    allowed: [
      './app-config.ts',
      '../core/index.ts',
      '../assignors/index.ts',
      '../system/real-clock.ts',
      '../backends/kafka/index.ts',
      'zod',
      'yaml',
      'node:fs/promises',
    ],
    forbidden: [
      '../core/model/clock.ts',
      '../backends/kafka/options.ts',
      '../cli/main.ts',
      '../di/index.ts',
      'kafkajs',
      'node:process',
    ],
  },
  {
    folder: 'cli',
    allowed: [
      './main.ts',
      '../core/index.ts',
      '../config/index.ts',
      '../di/index.ts',
      '../emulator/index.ts',
      '../health/index.ts',
      '../telemetry/index.ts',
      '../backends/kafka/index.ts',
      'commander',
      'cli-table3',
    ],
    forbidden: [
      '../core/model/clock.ts',
      '../backends/kafka/wire/wire.ts',
      '../emulator/hub.ts',
      '../testing/index.ts',
    ],
  },
  {
    folder: 'dashboard',
    allowed: ['./page.ts', '../core/index.ts', '../di/index.ts', 'node:http'],
    forbidden: ['../core/model/clock.ts', '../cli/main.ts', '../testing/index.ts'],
  },
  {
    folder: '.',
    allowed: ['./core/index.ts', './assignors/index.ts', './system/real-clock.ts'],
    forbidden: [
      './core/model/record.ts',
      './backends/memory/index.ts',
      './assignors/range.ts',
      'kafkajs',
    ],
  },
];
