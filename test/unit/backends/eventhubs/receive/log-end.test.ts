import { expect, it } from 'vitest';
import { LogEnd } from '../../../../../src/backends/eventhubs/receive/log-end.ts';

function logEnd(answers: readonly (number | Error)[]) {
  let nowMs = 0;
  let asked = 0;
  const failures: unknown[] = [];
  const end = new LogEnd(
    { now: () => nowMs },
    async () => {
      const answer = answers[asked++];
      if (typeof answer !== 'number') throw answer;
      return answer;
    },
    (error) => failures.push(error),
  );
  return {
    end,
    failures,
    asked: () => asked,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

it('is what was last heard, or where reading is when that is later', () => {
  const { end, asked } = logEnd([]);
  end.set(100);
  expect([end.after(10), end.after(100), end.after(130)]).toEqual([100, 100, 130]);
  expect(asked()).toBe(0);
});

it('is asked for again when events come and the answer is old', async () => {
  const { end, pass, asked } = logEnd([500, 900]);
  end.set(100);
  pass(10_000);
  end.after(20);
  end.after(30);
  await Promise.resolve();
  expect([asked(), end.after(40)]).toEqual([1, 500]);
});

it('goes on with what it knows when nobody answers', async () => {
  const { end, pass, failures } = logEnd([new Error('busy'), 300]);
  end.set(100);
  pass(10_000);
  end.after(20);
  await Promise.resolve();
  expect([end.after(20), failures.length]).toEqual([100, 1]);
  pass(10_000);
  end.after(20);
  await Promise.resolve();
  expect(end.after(20)).toBe(300);
});
