import { describe, it } from 'vitest';
import { EngineRun } from './engine-run.ts';

/** How many histories; more by PARTITA_SEEDS. A failing one is repeated by PARTITA_SEED. */
const count = Number(process.env.PARTITA_SEEDS ?? 200);
const only = process.env.PARTITA_SEED;
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];

async function run(seed: number): Promise<void> {
  try {
    await new EngineRun(seed).run();
  } catch (cause) {
    throw new Error(`seed ${seed} fails: repeat it by PARTITA_SEED=${seed}`, { cause });
  }
}

describe('the engine', () => {
  it(`keeps its promise in ${seeds.length} histories`, async () => {
    for (const seed of seeds) await run(seed);
  });
});
