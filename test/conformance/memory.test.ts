import { assignorByName } from '../../src/assignors/index.ts';
import { memory } from '../../src/backends/memory/index.ts';
import { silentLogger } from '../../src/core/index.ts';
import { seededRandom, VirtualClock } from '../../src/testing/index.ts';
import { conformance } from '../support/conformance.ts';

const clock = new VirtualClock();
const broker = memory();

conformance({
  definition: broker,
  system: {
    clock,
    random: seededRandom(1),
    logger: silentLogger,
    assignorByName,
    onTerminate: () => () => {},
  },
  until: (what, condition) => clock.until(condition, { what }),
  expire: async (clientId) => broker.faults.expire(clientId),
  crash: async (_, clientId) => broker.faults.crash(clientId),
  deleteRecordsBefore: async (topic, partition, offset) =>
    broker.deleteRecordsBefore({ topic, partition }, offset),
});
