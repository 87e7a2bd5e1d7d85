import { beforeAll, expect, it } from 'vitest';
import { playAll, type Recording } from '../support/comparison/play-all.ts';
import { asFile, recordingFile } from '../support/comparison/recorded.ts';
import { areas } from '../support/comparison/scenarios/index.ts';
import { describeKafka } from '../support/shared-kafka.ts';

/** With `-u` the answers are recorded anew: the embedded broker is held against them on machines without a Kafka too. */
describeKafka('the answers of a real broker', ({ bootstrap }) => {
  let played: Readonly<Record<string, Recording>> = {};

  beforeAll(async () => {
    played = await playAll(bootstrap[0] ?? '');
  });

  it.each(Object.keys(areas))('are still as recorded: %s', async (area) => {
    await expect(asFile(played[area] ?? {})).toMatchFileSnapshot(recordingFile(area));
  });
});
