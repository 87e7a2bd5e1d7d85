import { describe, expect, it } from 'vitest';
import { loadKafkaJsConnection } from '../../../../../src/backends/kafka/wire/kafkajs-internals.ts';

describe('loading KafkaJS', () => {
  it('gives the connection class of the installed version', () => {
    expect(loadKafkaJsConnection()).toBeTypeOf('function');
  });

  it('names the install command when it is missing', () => {
    const load = (): never => {
      throw new Error("Cannot find module 'kafkajs/package.json'");
    };
    expect(() => loadKafkaJsConnection(load)).toThrow('npm install kafkajs@2.2.4');
  });

  it('refuses another version, because internals are used', () => {
    const load = (): unknown => ({ version: '2.3.0' });
    expect(() => loadKafkaJsConnection(load)).toThrow('found 2.3.0');
  });
});
