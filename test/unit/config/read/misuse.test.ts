// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of configurations.
import { mkdirSync, writeFileSync } from 'node:fs';
import { InvalidConfigError } from 'partita';
import { type Environment, readConfig } from 'partita/config';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

type Text = string | Buffer;

async function problemOf(
  file: Text,
  { name = 'app.yaml', env = {} }: { name?: string; env?: Environment } = {},
): Promise<string> {
  using folder = temporaryFolder({});
  writeFileSync(folder.path(name), file);
  const error = await readConfig(folder.path(name), { env }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidConfigError);
  return (error as InvalidConfigError).problems.join('\n');
}

const consumer = (more: string) =>
  `backend: memory\nconsumers:\n  - topics: orders\n    group: g\n    onError: stop\n    ${more}\n`;

describe('A file that cannot be read', () => {
  it.for<[what: string, text: Text, name: string, said: string]>([
    [
      'a key twice',
      'backend: memory\nbackend: kafka\n',
      'app.yaml',
      'app.yaml:2:1: this is no YAML: the key backend is there twice; keep one of them',
    ],
    [
      'an alias of nothing',
      'backend: *base\n',
      'app.yaml',
      'app.yaml:1:10: *base names an anchor, but no &base stands before it',
    ],
    [
      'a tag that nobody knows',
      'backend: !Ref x\n',
      'app.yaml',
      'app.yaml:1:10: this is no YAML: the tag !Ref means nothing here; leave it out',
    ],
    [
      'tabs',
      'memory:\n\ttopics: {}\n',
      'app.yaml',
      'app.yaml:2:1: this is no YAML: a tab stands in the indentation; use spaces',
    ],
    [
      'two documents',
      'backend: memory\n---\nbackend: kafka\n',
      'app.yaml',
      'app.yaml:2:1: this is no YAML: a second document begins here; a file has one',
    ],
    [
      'a bracket that is not closed',
      'backend: memory\nmemory: { topics: { a: 1 }\nconsumers: []\n',
      'app.yaml',
      'app.yaml:3:1: this is no YAML: the indentation does not fit, or a bracket above is not closed',
    ],
    [
      'another encoding',
      Buffer.from('\ufeffbackend: memory\n', 'utf16le'),
      'app.yaml',
      'it is no text in UTF-8; save it as UTF-8',
    ],
    [
      'a comma at the end of JSON',
      '{\n  "backend": "memory",\n}',
      'app.json',
      'app.json:3:1: this is no JSON: expected double-quoted property name; comments, commas at the end and texts without double quotes are YAML, not JSON',
    ],
    [
      'YAML in JSON',
      'backend: s3cret\n',
      'app.json',
      'app.json:1:1: this is no JSON: comments, commas at the end and texts without double quotes are YAML, not JSON',
    ],
    [
      'a key twice in JSON',
      '{"backend":"memory","backend":"kafka"}',
      'app.json',
      'app.json:1:21: this is no JSON: the key backend is there twice; keep one of them',
    ],
    [
      'a module that tells a secret',
      'throw new Error("at amqps://u:s3cret@host with AccountKey=s3cret;x");',
      'app.mjs',
      'the module failed while it was loaded: at amqps://u:(hidden)@host with AccountKey=(hidden);x',
    ],
  ])('is told with its place: %s', async ([, text, name, said]) => {
    expect(await problemOf(text, { name })).toBe(said);
  });

  it('may be one that would grow without end', async () => {
    const lists = ['b', 'c', 'd', 'e', 'f', 'g'].map(
      (name, i) => `${name}: &${name} [${`*${'abcdef'[i]},`.repeat(9)}]\n`,
    );
    const problem = await problemOf(`a: &a [x,x,x]\n${lists.join('')}`);
    expect(problem).toBe('app.yaml:1:1: aliases of aliases make the file many times as large');
  });

  it('may be a folder, or have nearly the name of one that is there', async () => {
    using folder = temporaryFolder({ 'app.yaml': 'backend: memory\n' });
    mkdirSync(folder.path('sub.yaml'));
    await expect(readConfig(folder.path('sub.yaml'), { env: {} })).rejects.toThrow(
      'it is a folder, expected a file',
    );
    await expect(readConfig(folder.path('app.yml'), { env: {} })).rejects.toThrow(
      'there is no such file; did you mean app.yaml?',
    );
    await expect(readConfig(folder.path('ap.ts'), { env: {} })).rejects.toThrow(
      'there is no such file',
    );
  });
});

describe('A value of the right kind that makes no sense', () => {
  it.for([
    ['handlerTimeout: 0s', "handlerTimeout is '0s', expected a time of at least 1ms"],
    ['handlerTimeout: 0.0001ms', "handlerTimeout is '0.0001ms', expected a time of at least 1ms"],
    ['handlerTimeout: -5s', '500ms, 30s, 5m or 1h; it cannot be negative'],
    ['handlerTimeout: 5 parsecs', '; parsecs is no unit'],
    ['handlerTimeout: 2d', '; write 48h'],
    ['handlerTimeout: 45', '; a number alone has no unit: write 45ms or 45s'],
    ['handlerTimeout: 9999999h', 'expected a time of at most 596h'],
    ['buffer: { highBytes: 0.1B }', "highBytes is '0.1B', expected a size of at least 1B"],
    ['buffer: { highBytes: 99999999999GiB }', 'expected a size of at most 8388607GiB'],
    ['concurrency: 10', '; write { limit: 10 }'],
    ['commit: 5s', '; write { every: 5s }'],
    ['instanceId: 5', 'expected a text; put it in quotes'],
    ['batch: { maxRecords: "5" }', '; leave the quotes out'],
    [
      'start: { offset: 3, time: 2026-01-01T00:00:00Z }',
      'start.time cannot stand beside offset; give one of them',
    ],
    ['batch: true', '; write {}'],
    ['middleware: ./m.ts', '; write [./m.ts]'],
    [
      'assignor: org.apache.kafka.clients.consumer.RangeAssignor',
      'expected range, roundrobin, sticky, cooperative-sticky or a module',
    ],
  ])('is told how to write it: %s', async ([line = '', said]) => {
    expect(await problemOf(consumer(line))).toContain(said);
  });

  it.for([
    ['a/b', 'consumers[0].topics is'],
    ['..', 'consumers[0].topics is'],
    ['a'.repeat(250), 'consumers[0].topics is'],
  ])('is a topic that no broker takes: %s', async ([topic = '', said]) => {
    const file = consumer('name: n').replace('orders', topic);
    const problem = await problemOf(file);
    expect(problem).toContain(said);
    expect(problem).toContain('expected the name of a topic: at most 249 letters');
  });

  it('is a step that is never reached', async () => {
    const steps = '[{ policy: skip }, { policy: deadLetter, topic: dead }]';
    expect(await problemOf(consumer('name: n').replace('stop', steps))).toBe(
      'app.yaml:5:33: consumers[0].onError[1] is an object, expected no step behind skip, which takes every error; give that one a when, or leave this one out',
    );
  });

  it.for([
    [
      'assignor: sticky',
      "consumers[1].assignor is 'sticky', expected an assignor that consumers[0] of the same group offers too: cooperative-sticky",
    ],
    [
      'partitions: [0]',
      'consumers[1].partitions is a list, expected another group than consumers[0]: chosen partitions and members cannot share one, as brokers refuse positions of those that are no members',
    ],
  ])('are consumers of one group that do not go together: %s', async ([line, said]) => {
    const second = `  - topics: orders\n    name: other\n    group: g\n    onError: stop\n    ${line}\n`;
    expect(await problemOf(consumer('name: n') + second)).toContain(said);
  });

  it.for([
    [
      'ssl: { ca: ./ca.pem }',
      "kafka.ssl.ca is './ca.pem', expected PEM text, not the path of a file: write ${file:./ca.pem} to fill one in",
    ],
    ['ssl: { cert: "-----BEGIN x" }', 'kafka.ssl is an object, expected cert and key together'],
    ['brokers: localhost:9092', 'expected a list; write [localhost:9092]'],
    ['brokers: [localhost:99999]', "kafka.brokers[0] is 'localhost:99999', expected host:port"],
  ])('stands in section kafka: %s', async ([line, said]) => {
    expect(await problemOf(`backend: kafka\nkafka:\n  ${line}\n`)).toContain(said);
  });

  it.for([
    ['brokers: [a:1]', 'brokers is no key; it belongs to kafka'],
    ['checkpoints: { kind: memory }', 'checkpoints is no key; it belongs to eventhubs'],
    ['assignor: sticky', 'assignor is no key; it belongs to an entry of consumers'],
  ])('is at home somewhere else: %s', async ([line, said]) => {
    expect(await problemOf(`backend: memory\n${line}\n`)).toContain(said);
  });

  it('is told once, and in words where it is a key', async () => {
    expect(await problemOf('backend: memory\nmemory: { topics: { x y: 1 } }\n')).toMatch(
      /memory\.topics\.x y is 1, expected another key: the name of a topic: at most 249 letters[^\n]*$/,
    );
    expect(await problemOf(consumer('partitions: [1e30]'))).not.toContain('\n');
  });

  it('is one port for two endpoints', async () => {
    const file = 'backend: memory\nhealth: { port: 81 }\ntelemetry: { prometheus: { port: 81 } }\n';
    expect(await problemOf(file)).toContain(
      'telemetry.prometheus.port is 81, expected another port than health.port',
    );
  });
});

describe('What is filled in', () => {
  const read = async (file: string, env: Environment, files: Record<string, string> = {}) => {
    using folder = temporaryFolder({ 'app.yaml': file, ...files });
    return await readConfig(folder.path('app.yaml'), { env });
  };

  it('may have a default, or a path, with something to fill in', async () => {
    const file = 'backend: memory\nclientId: "${A:-${B:-b}}-${file:${DIR}/name}"\n';
    expect(await read(file, { DIR: '.' }, { name: 'n\n' })).toMatchObject({ clientId: 'b-n' });
  });

  it('is a problem where it does not end', async () => {
    expect(await problemOf('backend: memory\nclientId: "${A"\n')).toBe(
      'app.yaml:2:1: clientId opens ${ without a }; close it, or write $${ for one that is meant literally',
    );
  });

  it('is never shown in a hint either', async () => {
    const env = { SECRET: '12abcdef' };
    const problem = await problemOf('backend: memory\nstopTimeout: ${SECRET}\n', { env });
    expect(problem).not.toContain('abcdef');
  });

  it('by a variable may be a list of numbers', async () => {
    const env = {
      PARTITA_CONSUMERS_0_PARTITIONS: '0, 2',
      PARTITA_CONSUMERS_0_CONCURRENCY_LIMIT: '007',
    };
    expect(await read(consumer('name: n'), env)).toMatchObject({
      consumers: [{ partitions: [0, 2], concurrency: { limit: 7 } }],
    });
  });

  it('by a variable is a problem for an entry that leaves a gap', async () => {
    const env = { PARTITA_CONSUMERS_3_GROUP: 'x' };
    expect(await problemOf(consumer('name: n'), { env })).toBe(
      'the environment variable PARTITA_CONSUMERS_3_GROUP is about entry 3 of consumers, which has 1; entries are counted from 0',
    );
  });

  it('by a variable without its underscores is named', async () => {
    const env = { PARTITA_STOPTIMEOUT: '5s' };
    expect(await problemOf('backend: memory\n', { env })).toBe(
      'the environment variable PARTITA_STOPTIMEOUT names no key; did you mean PARTITA_STOP_TIMEOUT?',
    );
  });
});
