import { setTimeout as wait } from 'node:timers/promises';
import { readTask, Stopwatch } from '../support/task.ts';

// What this machine's timers allow: 100 loops that wait 10 ms each, with nothing around them.
const { records } = readTask();
const watch = new Stopwatch(records);
let left = records;
await Promise.all(
  Array.from({ length: 100 }, async () => {
    while (left-- > 0) {
      await wait(10);
      watch.count();
    }
  }),
);
await watch.done;
watch.report();
