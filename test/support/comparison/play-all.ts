import { randomUUID } from 'node:crypto';
import { findCoordinatorApi } from '../../../src/protocol/index.ts';
import { areas } from './scenarios/index.ts';
import { type Scenario, Stage } from './stage.ts';
import type { Exchange } from './transcript.ts';

/** What was answered, by area and scenario. */
export type Recording = Readonly<Record<string, readonly Exchange[]>>;

/** So many scenarios at a time: most of them wait. */
const AT_ONCE = 12;
const LONGEST_MS = 40_000;

/** A fresh broker makes the places of its coordinators when somebody asks for one. */
const warmUp: Scenario = {
  name: 'warm-up',
  async play(stage) {
    for (const keyType of [0, 1])
      await stage.ask(findCoordinatorApi, { key: stage.name('any'), keyType }, 3);
    // Producer 0 would look like none.
    await stage.producer('any');
  },
};

/** Of one length, so that lengths of names do not differ. */
const prefix = (): string => `c${randomUUID().slice(0, 8)}-`;

async function inTime<T>(playing: Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(LONGEST_MS);
  return Promise.race([
    playing,
    new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error(`not done after ${LONGEST_MS} ms`)));
    }),
  ]);
}

/** Plays the scenarios of all areas. One that fails rejects with its name. */
export async function playAll(
  address: string,
  all: Readonly<Record<string, readonly Scenario[]>> = areas,
): Promise<Readonly<Record<string, Recording>>> {
  const waiting = Object.entries(all).flatMap(([area, scenarios]) =>
    scenarios.map((scenario) => ({ area, scenario })),
  );
  const played: Record<string, Record<string, readonly Exchange[]>> = {};
  // Filled in order, so that the recording does not depend on who was first.
  for (const { area, scenario } of waiting) played[area] = { ...played[area], [scenario.name]: [] };
  await Stage.play(warmUp, address, prefix());
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { area, scenario } = next;
      try {
        const exchanges = await inTime(Stage.play(scenario, address, prefix()));
        (played[area] ?? {})[scenario.name] = exchanges;
      } catch (cause) {
        throw new Error(`'${scenario.name}' could not be played`, { cause });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return played;
}
