import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../../src/core/model/without-secrets.ts';
import { InvalidConfigError } from '../../../../src/index.ts';

it.each([
  ["namespace is 'Endpoint=sb://a/;SharedAccessKeyName=all;SharedAccessKey=s3cret='", 's3cret'],
  ['AccountName=a;AccountKey=s3cret==;EndpointSuffix=core.windows.net', 's3cret'],
  ['https://a.blob.core.windows.net/c?sv=2020&sig=s3cret%3D&se=1', 's3cret'],
  ['broker "https://me:s3cret@host:9092" is not host:port', 's3cret'],
  ['brokers is "me:s3cret@host:9092"', 's3cret'],
  ['postgres://me:s3cret@host/db', 's3cret'],
  ['key is -----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----', 's3cret'],
  ['key is "-----BEGIN RSA PRIVATE KEY-----\\ns3cret', 's3cret'],
])('%s is shown without its secret', (text, secret) => {
  expect(withoutSecrets(text)).not.toContain(secret);
  expect(withoutSecrets(text)).toContain('(hidden)');
  expect(new InvalidConfigError('options', [text]).problems.join()).not.toContain(secret);
});

it.each([
  'brokers is "localhost:9092", expected a list such as [\'localhost:9092\']',
  'connectionString has neither SharedAccessKeyName and SharedAccessKey nor SharedAccessSignature',
  'sasl.password is missing; set PARTITA_KAFKA_SASL_PASSWORD',
  'orders-0@42 is no position',
])('%s is shown as it is', (text) => {
  expect(withoutSecrets(text)).toBe(text);
});
