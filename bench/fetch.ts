/**
 * `node bench/fetch.ts [--runs 5] [--records 4000000]`: what the fetcher costs beside a bare loop of fetching and decoding,
 * on one link to one real broker. Each run is a new process; the two take turns; medians count.
 */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openWire } from '../test/support/open-wire.ts';
import { makeTopic } from './fetch/topic.ts';
import { benchBroker } from './support/broker.ts';
import { type Figure, perSecond, race } from './support/race.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    records: { type: 'string', default: '4000000' },
  },
});
const records = Number(values.records);
const script = (name: string) => fileURLToPath(new URL(`fetch/${name}.ts`, import.meta.url));

await using broker = await benchBroker();
const topic = `bench-fetch-${randomUUID()}`;
const wire = openWire(broker.bootstrap);
await makeTopic(wire, { topic, partitions: 4, records, valueBytes: 100 });
await wire.close();
const contenders = [
  { name: 'bare fetch and decode', start: script('bare') },
  { name: 'fetcher', start: script('fetcher') },
];
const figures = await race(contenders, Number(values.runs), {
  bootstrap: broker.bootstrap,
  topic,
  records,
});
const rateOf = (figure: Figure | undefined) => figure?.median ?? Number.NaN;
console.log(`${records} records of 100 B in 4 partitions, median of ${values.runs} runs`);
for (const figure of figures.values())
  console.log(`${figure.name.padEnd(24)} ${perSecond(figure.median)}`);
const share = rateOf(figures.get('fetcher')) / rateOf(figures.get('bare fetch and decode'));
console.log(`fetcher / bare: ${(share * 100).toFixed(0)} %`);
