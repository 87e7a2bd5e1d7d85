import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type KafkaBroker, kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { type KafkaTool, KafkaTools } from '../../support/peers/kafka-tools.ts';
import { findOtherClient } from '../../support/peers/other-clients.ts';
import type { PeerProcess } from '../../support/peers/peer-process.ts';

const java = findOtherClient('java', 'PARTITA_REQUIRE_FOREIGN');
const title = "Kafka's command-line tools at the embedded broker";

if (java.missing === undefined) {
  const broker = await kafkaBroker();
  const process = java.start([broker.bootstrap]);
  describe(title, () => cases(broker, process));
} else {
  describe.skip(`${title} (not to be had here: ${java.missing})`, () => {});
}

function cases(broker: KafkaBroker, process: PeerProcess): void {
  const tools = new KafkaTools(process, broker.bootstrap);
  const folder = mkdtempSync(join(tmpdir(), 'kafka-tools-'));
  afterAll(async () => {
    await process.close();
    await broker.close();
    rmSync(folder, { recursive: true });
  });
  const does = (tool: KafkaTool, words: string, input: readonly string[] = []) =>
    tools.do(tool, words, input);

  /** Topic, partition, position, end and lag, as `--describe` tells them. */
  async function lags(group: string): Promise<string[]> {
    const lines = await does('kafka-consumer-groups', `--describe --group ${group}`);
    const rows = lines.filter((line) => line.startsWith(`${group} `));
    return rows.map((row) => row.split(/\s+/).slice(2, 6).join(' ')).sort();
  }

  it('kafka-topics makes, lists, describes, grows and deletes topics', async () => {
    const create = '--create --topic grown --partitions 2 --config retention.ms=3600000';
    expect(await does('kafka-topics', create)).toEqual(['Created topic grown.']);
    const again = await tools.run('kafka-topics', create);
    expect(again.code).toBe(1);
    expect(again.lines.join()).toContain("Topic 'grown' already exists");
    await does('kafka-topics', '--alter --topic grown --partitions 3');
    expect(await does('kafka-topics', '--list')).toContain('grown');
    const [head, ...partitions] = await does('kafka-topics', '--describe --topic grown');
    expect(head).toMatch(
      /PartitionCount: 3\s+ReplicationFactor: 1\s+Configs: retention.ms=3600000/,
    );
    expect(partitions).toHaveLength(3);
    expect(partitions[2]).toMatch(/Partition: 2\s+Leader: 1\s+Replicas: 1\s+Isr: 1/);
    await does('kafka-topics', '--delete --topic grown');
    expect(await does('kafka-topics', '--list')).not.toContain('grown');
  });

  it('kafka-console-producer writes what kafka-console-consumer reads from the beginning in a group', async () => {
    await does('kafka-topics', '--create --topic talk --partitions 1');
    const keyed = '--reader-property parse.key=true --reader-property key.separator=:';
    await does('kafka-console-producer', `--topic talk ${keyed}`, ['a:one', 'b:two', 'a:three']);
    const read = '--topic talk --group listeners --formatter-property print.key=true';
    const first = await does('kafka-console-consumer', `${read} --from-beginning --max-messages 2`);
    expect(first).toEqual(expect.arrayContaining(['a\tone', 'b\ttwo']));
    const second = await does('kafka-console-consumer', `${read} --max-messages 1`);
    expect(second).toContain('a\tthree');
  });

  it('kafka-console-consumer reads what compaction has left, over gaps and batches with fewer records', async () => {
    await does(
      'kafka-topics',
      '--create --topic kept --partitions 1 --config cleanup.policy=compact',
    );
    const keyed = '--reader-property parse.key=true --reader-property key.separator=:';
    const produce = (...lines: string[]) =>
      does('kafka-console-producer', `--topic kept ${keyed}`, lines);
    await produce('a:1', 'b:1', 'c:1');
    await produce('a:2', 'b:2');
    await produce('b:3');
    expect(broker.compact('kept')).toBe(3);
    const read = '--topic kept --from-beginning --max-messages 3';
    const shown = '--formatter-property print.key=true --formatter-property print.offset=true';
    const lines = await does('kafka-console-consumer', `${read} ${shown}`);
    expect(lines).toEqual(
      expect.arrayContaining(['Offset:2\tc\t1', 'Offset:3\ta\t2', 'Offset:5\tb\t3']),
    );
    expect(await does('kafka-get-offsets', '--topic kept --time latest')).toEqual(['kept:0:6']);
  });

  it('kafka-get-offsets finds beginnings, ends, the latest timestamp and times', async () => {
    const at = (time: string) => does('kafka-get-offsets', `--topic talk --time ${time}`);
    expect(await at('latest')).toEqual(['talk:0:3']);
    expect(await at('earliest')).toEqual(['talk:0:0']);
    expect((await at('max-timestamp')).join()).toMatch(/^talk:0:[0-2]$/);
    expect(await at('1700000000000')).toEqual(['talk:0:0']);
  });

  it('kafka-consumer-groups lists groups and describes their lag, members and state', async () => {
    await does('kafka-console-producer', '--topic talk', ['four', 'five']);
    expect(await does('kafka-consumer-groups', '--list')).toContain('listeners');
    expect((await does('kafka-consumer-groups', '--list --state')).join()).toMatch(
      /listeners\s+Empty/,
    );
    expect(await lags('listeners')).toEqual(['0 3 5 2']);
    const member = process.join('talk', ['range'], { 'client.id': 'told-by-name' });
    const state = () => does('kafka-consumer-groups', '--describe --group talk --state');
    await expect
      .poll(state, { timeout: 20_000 })
      .toContainEqual(expect.stringMatching(/\(1\)\s+range\s+Stable\s+1/));
    const members = await does('kafka-consumer-groups', '--describe --group talk --members');
    expect(members.join()).toMatch(/talk\s+\S*told-by-name\S*\s+\/127\.0\.0\.1\s+told-by-name\s+1/);
    const busy = await tools.run('kafka-consumer-groups', '--delete --group talk');
    expect(busy.lines.join()).toContain('not empty');
    await member.leave();
  });

  it('kafka-consumer-groups resets offsets in each of its ways', async () => {
    const file = join(folder, 'offsets.csv');
    writeFileSync(file, 'talk,0,2\n');
    const reset = async (how: string) => {
      await does('kafka-consumer-groups', `--reset-offsets --group listeners --execute ${how}`);
      return lags('listeners');
    };
    expect(await reset('--topic talk --to-earliest')).toEqual(['0 0 5 5']);
    expect(await reset('--topic talk --to-latest')).toEqual(['0 5 5 0']);
    expect(await reset('--topic talk:0 --shift-by -2')).toEqual(['0 3 5 2']);
    expect(await reset('--topic talk --to-offset 1')).toEqual(['0 1 5 4']);
    expect(await reset('--topic talk --to-current')).toEqual(['0 1 5 4']);
    expect(await reset('--all-topics --to-datetime 2100-01-01T00:00:00.000')).toEqual(['0 5 5 0']);
    expect(await reset('--topic talk --by-duration PT1H')).toEqual(['0 0 5 5']);
    expect(await reset(`--from-file ${file}`)).toEqual(['0 2 5 3']);
    const dry = '--reset-offsets --group listeners --topic talk --to-earliest --dry-run --export';
    expect(await does('kafka-consumer-groups', dry)).toEqual(['talk,0,0']);
    expect(await lags('listeners')).toEqual(['0 2 5 3']);
  });

  it('kafka-consumer-groups deletes offsets and groups', async () => {
    const gone = '--delete-offsets --group listeners --topic talk:0';
    expect((await does('kafka-consumer-groups', gone)).join()).toContain('Successful');
    expect(await does('kafka-consumer-groups', '--delete --group listeners')).toEqual([
      "Deletion of requested consumer groups ('listeners') was successful.",
    ]);
    expect(await does('kafka-consumer-groups', '--list')).not.toContain('listeners');
  });

  it('kafka-configs describes and alters the settings of topics, and describes brokers', async () => {
    await does('kafka-topics', '--create --topic set --config max.message.bytes=2000');
    const topic = '--entity-type topics --entity-name set';
    const own = () => does('kafka-configs', `--describe ${topic}`);
    expect((await own()).join()).toContain('max.message.bytes=2000');
    const all = (await does('kafka-configs', `--describe --all ${topic}`)).join();
    expect(all).toContain('retention.ms=604800000');
    await does(
      'kafka-configs',
      `--alter ${topic} --add-config retention.ms=5000,retention.bytes=9`,
    );
    await does('kafka-configs', `--alter ${topic} --delete-config max.message.bytes`);
    const altered = (await own()).join();
    expect(altered).toMatch(/retention\.ms=5000/);
    expect(altered).toMatch(/retention\.bytes=9/);
    expect(altered).not.toContain('max.message.bytes');
    const wrong = await tools.run(
      'kafka-configs',
      `--alter ${topic} --add-config retention.ms=soon`,
    );
    expect(wrong.code).toBe(1);
    expect(wrong.lines.join()).toMatch(/retention\.ms/);
    await does('kafka-configs', '--describe --entity-type brokers --entity-name 1');
  });

  it('kafka-cluster, kafka-log-dirs, kafka-groups and kafka-transactions look at what there is', async () => {
    await does('kafka-topics', '--create --topic seen --partitions 2');
    expect((await does('kafka-cluster', 'cluster-id')).join()).toMatch(/Cluster ID: \S{22}/);
    expect((await does('kafka-cluster', 'list-endpoints')).join()).toContain('unfenced');
    const [folders] = (await does('kafka-log-dirs', '--describe --topic-list seen')).slice(-1);
    const { brokers } = JSON.parse(folders ?? '{}') as {
      brokers: { logDirs: { partitions: { partition: string }[] }[] }[];
    };
    const names = brokers[0]?.logDirs[0]?.partitions.map(({ partition }) => partition).sort();
    expect(names).toEqual(['seen-0', 'seen-1']);
    expect((await does('kafka-groups', '--list')).join()).toContain('PROTOCOL');
    expect((await does('kafka-transactions', 'list')).join()).toContain('TransactionState');
    const producers = 'describe-producers --topic seen --partition 0';
    expect((await does('kafka-transactions', producers)).join()).toContain('LastSequence');
  });
}
