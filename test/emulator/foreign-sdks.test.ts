import { startEmulator } from 'partita/emulator';
import { describe, expect, it } from 'vitest';
import {
  type ForeignSdk,
  javaSdk,
  javaVersion,
  pythonSdk,
  pythonVersion,
} from '../support/event-hubs/foreign-sdks.ts';

/** The SDK, or why it cannot be had: an error where PARTITA_REQUIRE_FOREIGN=1 says that it must. */
function sought(
  find: () => ForeignSdk,
): { readonly sdk: ForeignSdk } | { readonly missing: string } {
  try {
    return { sdk: find() };
  } catch (error) {
    if (process.env.PARTITA_REQUIRE_FOREIGN === '1') throw error;
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

describe.for([
  { name: `azure-eventhub ${pythonVersion} of Python`, find: pythonSdk },
  { name: `azure-messaging-eventhubs ${javaVersion} of Java`, find: javaSdk },
])('$name', ({ find }) => {
  it('sends, reads and steals over plain TCP', { timeout: 400_000 }, async ({ skip }) => {
    const found = sought(find);
    if ('missing' in found) return skip(`not to be had here: ${found.missing}`);
    await using emulator = await startEmulator({ hubs: ['orders:4'] });
    const said = await found.sdk(emulator.connectionString, 'orders');
    const events = said
      .filter((line) => line.startsWith('event'))
      .map((line) => line.replaceAll('None', 'null'))
      .sort();
    // Partition, sequence number, key, body, a property, message id, last sequence number of the partition.
    expect(events).toEqual([
      'event 0 0 k1 one null null 1',
      'event 0 1 k1 two 7 m2 1',
      'event 2 0 null three null null 0',
    ]);
    expect(said).toEqual(
      expect.arrayContaining(['hub orders 0,1,2,3', 'last 0', 'stolen amqp:link:stolen']),
    );
  });
});
