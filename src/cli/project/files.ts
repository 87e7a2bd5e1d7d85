import type { Project, ProjectBackend } from './backends.ts';
import { projectManifest } from './manifest.ts';
import { projectReadme } from './readme.ts';

/** All files of a new project, by name. */
export function projectFiles(project: Project): Readonly<Record<string, string>> {
  return {
    'package.json': projectManifest(project),
    'app.yaml': configuration(project),
    'orders.ts': handler,
    'orders.test.ts': test,
    ...(project.backend === 'memory' ? { 'main.ts': main } : { 'orders.jsonl': orders }),
    'tsconfig.json': tsconfig,
    'README.md': projectReadme(project),
    '.gitignore': 'node_modules\ncheckpoints\n',
  };
}

const sections: Readonly<Record<ProjectBackend, string>> = {
  memory: `memory:
  topics: { orders: 4, orders.dead: 1 }`,
  kafka: `kafka:
  brokers: ['\${KAFKA_BROKER:-localhost:9092}']`,
  eventhubs: `eventhubs:
  connectionString: \${EVENTHUBS_CONNECTION_STRING:-Endpoint=sb://localhost:5672;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true}
  # What the namespace has: it does not tell.
  hubs: [orders, orders.dead]
  # For the processes of one machine. In Azure: { kind: blob, container: …, connectionString: … }
  checkpoints: { kind: file, folder: ./checkpoints }`,
};

const configuration = ({ name, backend }: Project): string =>
  `# yaml-language-server: $schema=./node_modules/partita/config.schema.json
backend: ${backend}
${sections[backend]}

consumers:
  - topics: orders
    group: ${name}
    concurrency: { order: key, limit: 100 }
    value: { schema: ./orders.ts#Order }
    handler: ./orders.ts#charge
    handlerTimeout: 20s
    onError:
      - { policy: retry, attempts: 3, firstDelay: 200ms }
      - { policy: deadLetter, topic: orders.dead }
`;

const handler = `import type { RecordContext } from 'partita';
import { z } from 'zod';

export const Order = z.object({ id: z.string(), total: z.number() });

/** Called for each record, for those of the same key one after the other. */
export async function charge(order: z.infer<typeof Order>, { record }: RecordContext) {
  if (order.total < 0) throw new RangeError(\`order \${order.id} has a negative total\`);
  console.log(\`charged \${order.id}: \${order.total} (partition \${record.partition}, offset \${record.offset})\`);
}
`;

const test = `import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createAppFromConfig, readConfig } from 'partita/config';
import { records, testApp } from 'partita/testing';

/** The application of app.yaml, on a broker in memory and in virtual time. */
async function start(context: TestContext) {
  const config = await readConfig(join(import.meta.dirname, 'app.yaml'));
  const app = await testApp(await createAppFromConfig(config));
  context.after(() => app.stop());
  return app;
}

test('charges orders', async (context) => {
  const t = await start(context);
  await t.produce('orders', records('order', 3, (id) => ({ id, total: 42 })));
  await t.idle();
  assert.equal(t.handled().length, 3);
  assert.deepEqual(t.deadLetters(), []);
});

test('gives an order up after three tries, and keeps it', async (context) => {
  const t = await start(context);
  await t.produce('orders', { key: 'bad', value: { id: 'bad', total: -1 } });
  await t.idle();
  const [letter] = t.deadLetters('orders.dead');
  assert.equal(letter?.attempts, 3);
  assert.equal(letter?.message, 'order bad has a negative total');
});
`;

const sampleOrders = [
  { id: 'order-1', total: 42 },
  { id: 'order-2', total: 7 },
  { id: 'order-3', total: -1 },
];

const orders = sampleOrders
  .map((order) => `${JSON.stringify({ key: order.id, value: JSON.stringify(order) })}\n`)
  .join('');

const main = `import { createAppFromConfig, readConfig } from 'partita/config';

const app = await createAppFromConfig(await readConfig('app.yaml'));
await app.start();
for (const order of ${JSON.stringify(sampleOrders)})
  await app.producer().send('orders', { key: order.id, value: JSON.stringify(order) });
await app.run(); // until Ctrl-C
`;

const tsconfig = `{
  "compilerOptions": {
    "target": "ES2023",
    "lib": ["ES2024", "ESNext.Disposable"],
    "module": "NodeNext",
    "types": ["node"],
    "strict": true,
    "noEmit": true,
    "allowImportingTsExtensions": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true
  }
}
`;
