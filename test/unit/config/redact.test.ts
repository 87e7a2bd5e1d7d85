import { checkConfig, redact } from 'partita/config';
import { describe, expect, it } from 'vitest';

const pem = '-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n';

describe('redact', () => {
  it('hides secrets and shows everything else', () => {
    const config = checkConfig({
      backend: 'kafka',
      clientId: 'https://user:s3cret@host/',
      kafka: {
        brokers: ['localhost:9092'],
        ssl: { servername: 'public', cert: pem, key: pem, passphrase: 's3cret' },
        sasl: { mechanism: 'plain', username: 'app', password: 's3cret' },
      },
      eventhubs: {
        connectionString: 's3cret',
        checkpoints: { kind: 'blob', container: 'c', connectionString: 's3cret' },
      },
    });
    expect(redact(config)).toEqual({
      backend: 'kafka',
      clientId: '(hidden)',
      kafka: {
        brokers: ['localhost:9092'],
        ssl: { servername: 'public', cert: '(hidden)', key: '(hidden)', passphrase: '(hidden)' },
        sasl: { mechanism: 'plain', username: 'app', password: '(hidden)' },
      },
      eventhubs: {
        connectionString: '(hidden)',
        checkpoints: { kind: 'blob', container: 'c', connectionString: '(hidden)' },
      },
    });
  });

  it('hides a secret that stands in the place of its section', () => {
    const problem = (kafka: object) => {
      try {
        checkConfig({ backend: 'kafka', kafka: { brokers: ['localhost:9092'], ...kafka } });
        return 'nothing';
      } catch (error) {
        return String(error);
      }
    };
    expect(problem({ sasl: 's3cret' })).toContain('kafka.sasl is (hidden)');
    expect(problem({ ssl: 'yes' })).toContain("kafka.ssl is 'yes'");
  });
});
