import { beforeAll, describe, expect, it } from 'vitest';
import { playAll, type Recording } from '../support/comparison/play-all.ts';
import { asFile, recordingFile } from '../support/comparison/recorded.ts';
import { areas, areasOfAutoCreation } from '../support/comparison/scenarios/index.ts';
import { startKafka } from '../support/kafka.ts';
import { describeKafka } from '../support/shared-kafka.ts';

/** The answers are still as recorded. With `-u` they are recorded anew: the embedded broker is held against them without a Kafka too. */
function holds(all: typeof areas, play: () => Promise<Readonly<Record<string, Recording>>>): void {
  let played: Readonly<Record<string, Recording>> = {};

  beforeAll(async () => {
    played = await play();
  });

  it.each(Object.keys(all))('are still as recorded: %s', async (area) => {
    await expect(asFile(played[area] ?? {})).toMatchFileSnapshot(recordingFile(area));
  });
}

/** Answers of other versions differ. */
const RECORDED = '4.3.';
const version = process.env.PARTITA_KAFKA_VERSION ?? RECORDED;

if (version.startsWith(RECORDED))
  describeKafka('the answers of a real broker', ({ bootstrap }) => {
    holds(areas, () => playAll(bootstrap[0] ?? ''));
  });
else it.skip(`the answers of a real broker (recorded from ${RECORDED}, not ${version})`, () => {});

/** It needs a broker of its own, which takes its time: only where answers are to be recorded, or all checked. */
describe.runIf(process.env.PARTITA_COMPARE_ALL === '1')(
  'the answers of one that makes topics',
  () => {
    holds(areasOfAutoCreation, async () => {
      await using kafka = await startKafka({ settings: { 'auto.create.topics.enable': 'true' } });
      return await playAll(kafka.bootstrap[0] ?? '', areasOfAutoCreation);
    });
  },
);
