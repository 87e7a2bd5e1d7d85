import { type App, partita, stopPartition } from 'partita';
import { openBackend } from '../support/open-backend.ts';

const partitions = 12;
await using place = await openBackend({ deliveries: partitions });
const owners = new Map<number, string>();
let moves = 0;

const owned = (name: string): number[] =>
  [...owners]
    .flatMap(([partition, owner]) => (owner === name ? [partition] : []))
    .sort((a, b) => a - b);

/** One process of a deployment. */
async function join(name: string): Promise<App> {
  const app = partita({ backend: place.backend, clientId: name }).consume('deliveries', {
    group: 'drivers',
    assignor: 'cooperative-sticky',
    heartbeatIntervalMs: 100, // how soon a member hears of a rebalance
    onError: stopPartition(),
    open({ partition }) {
      owners.set(partition, name);
      moves++;
    },
    close({ partition }) {
      // Who loses a partition instead of giving it up may hear of it when its new owner is at work.
      if (owners.get(partition) === name) owners.delete(partition);
    },
    handle() {},
  });
  await app.start();
  return app;
}

/** Waits until the partitions are shared evenly among the members, and tells who has what. */
async function settled(title: string, names: readonly string[]): Promise<void> {
  const even = () => names.every((name) => owned(name).length === partitions / names.length);
  while (!even()) await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(`${title}: ${moves} partitions moved`);
  for (const name of names) console.log(`  ${name.padEnd(6)} ${owned(name).join(' ')}`);
  moves = 0;
}

const apps = new Map<string, App>();
for (const name of ['one', 'two', 'three']) apps.set(name, await join(name));
await settled('three members', ['one', 'two', 'three']);
apps.set('four', await join('four'));
await settled('a fourth joins', ['one', 'two', 'three', 'four']);
await apps.get('two')?.stop();
await settled('the second leaves', ['one', 'three', 'four']);
await Promise.all([...apps.values()].map((app) => app.stop()));
