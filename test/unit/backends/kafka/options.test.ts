import { describe, expect, it } from 'vitest';
import { kafka } from '../../../../src/backends/kafka/index.ts';
import { type KafkaOptions, resolveKafkaOptions } from '../../../../src/backends/kafka/options.ts';
import { InvalidConfigError } from '../../../../src/core/index.ts';

function problemsOf(options: KafkaOptions): readonly string[] {
  try {
    resolveKafkaOptions(options);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.problems;
    throw error;
  }
  return [];
}

const namespace =
  'Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=top+secret=';

describe('the options of kafka()', () => {
  it('need no more than brokers', () => {
    const settings = resolveKafkaOptions({ brokers: ['a:9092', 'b', '[::1]:9093'] });
    expect(settings).toMatchObject({
      brokers: [
        { host: 'a', port: 9092 },
        { host: 'b', port: 9092 },
        { host: '::1', port: 9093 },
      ],
      ssl: null,
      sasl: null,
      requestTimeoutMs: 30_000,
    });
  });

  it('connect nothing and tell what the backend can do', () => {
    const definition = kafka({ brokers: ['nobody.invalid:1'] });
    expect(definition.name).toBe('kafka');
    expect(definition.capabilities).toMatchObject({
      assignors: true,
      transactions: false,
      commitMetadataBytes: 4096,
    });
  });

  it('are refused with all problems at once', () => {
    const problems = problemsOf({
      brokers: ['a:b:c', 'a:99999'],
      clientId: '',
      sasl: { mechanism: 'plain', username: '', password: '' },
      requestTimeoutMs: 0,
      connectionTimeoutMs: 1.5,
      connectionString: namespace,
    });
    expect(problems).toHaveLength(9);
    expect(problems.join('\n')).toContain('requestTimeoutMs is 0');
  });

  it('are refused when their names or types are wrong, all at once', () => {
    expect(problemsOf({ brokers: 'localhost:9092' } as never)).toEqual([
      'brokers is "localhost:9092", expected a list such as [\'localhost:9092\']',
    ]);
    const wrong = { broker: ['a'], ssl: 'yes', clientId: '', socketFactory: 5 };
    expect(problemsOf(wrong as never)).toEqual([
      'broker is no option; did you mean brokers?',
      'clientId is "", expected a text that is not empty',
      'socketFactory is 5, expected a function',
      'ssl is a text, expected an object',
      'brokers is empty, expected at least one host:port',
    ]);
    expect(problemsOf({ brokers: [9092] } as never)).toEqual(['broker 9092 is not host:port']);
    expect(problemsOf(undefined as never)[0]).toContain('expected an object');
  });

  it('are refused without a broker, with an unknown profile or mechanism', () => {
    expect(problemsOf({})).toEqual(['brokers is empty, expected at least one host:port']);
    expect(problemsOf({ profile: 'redpanda' as 'kafka' })[0]).toContain('profile is "redpanda"');
    const sasl = { mechanism: 'gssapi' } as unknown as NonNullable<KafkaOptions['sasl']>;
    expect(problemsOf({ brokers: ['a:1'], sasl })[0]).toContain('sasl.mechanism is gssapi');
  });

  it('take a connection string of Event Hubs for brokers, TLS and SASL', () => {
    const settings = resolveKafkaOptions({
      profile: 'eventhubs-kafka-endpoint',
      connectionString: namespace,
    });
    expect(settings).toMatchObject({
      brokers: [{ host: 'ns.servicebus.windows.net', port: 9093 }],
      ssl: {},
      sasl: { mechanism: 'plain', username: '$ConnectionString', password: namespace },
      requestTimeoutMs: 60_000,
    });
  });

  it('do not repeat a secret in the error', () => {
    const problems = problemsOf({
      profile: 'eventhubs-kafka-endpoint',
      connectionString: 'SharedAccessKey=top+secret=',
    });
    expect(problems.join()).not.toContain('secret');
    expect(problems).toContain('connectionString has no Endpoint=sb://…');
  });

  it('refuse the Event Hubs endpoint without TLS or credentials', () => {
    const problems = problemsOf({
      profile: 'eventhubs-kafka-endpoint',
      brokers: ['ns.servicebus.windows.net'],
    });
    expect(problems).toEqual([
      'the Event Hubs endpoint needs TLS and sasl (or a connectionString)',
    ]);
  });
});
