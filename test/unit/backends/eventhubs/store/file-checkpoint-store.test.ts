import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fileCheckpointStore } from '../../../../../src/backends/eventhubs/store/file-checkpoint-store.ts';
import { VirtualClock } from '../../../../../src/testing/index.ts';
import { checkpointStoreCases, newGroup } from '../../../../support/checkpoint-store-cases.ts';

const folders: string[] = [];
const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'partita-store-'));
  folders.push(folder);
  return folder;
};
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

checkpointStoreCases('file checkpoint store', async () =>
  fileCheckpointStore({ folder: await newFolder(), clock: new VirtualClock() }),
);

it('is one store for several processes that name the same folder', async () => {
  const folder = await newFolder();
  const clock = new VirtualClock();
  const group = newGroup();
  const owned = { topic: 'orders', partition: 0, generation: 1 };
  const stores = Array.from({ length: 8 }, () => fileCheckpointStore({ folder, clock }));
  let etag: string | null = null;
  for (let round = 0; round < 20; round++) {
    const seen: string | null = etag;
    const stamps = await Promise.all(
      stores.map((store, i) => store.putOwnership(group, { ...owned, owner: `m${i}` }, seen)),
    );
    const winners = stamps.flatMap((stamp, i) => (stamp === null ? [] : [{ stamp, i }]));
    expect(winners).toHaveLength(1);
    const [loaded] = (await stores[0]?.load(group, ['orders']))?.ownerships ?? [];
    expect(loaded).toMatchObject({ owner: `m${winners[0]?.i}`, etag: winners[0]?.stamp.etag });
    etag = loaded?.etag ?? null;
  }
  const files = await readdir(folder, { recursive: true });
  expect(files.filter((file) => file.includes('ownership')).length).toBeLessThanOrEqual(2);
});

it('names the folder it cannot write to', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'taken'), '');
  const store = fileCheckpointStore({ folder: join(folder, 'taken'), clock: new VirtualClock() });
  await expect(store.check(newGroup())).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringContaining(join(folder, 'taken')),
  });
});
