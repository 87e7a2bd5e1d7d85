import { pino } from 'pino';
import { expect, it } from 'vitest';
import { pinoLogger } from '../../../src/logging/index.ts';

it('hands on level, message, fields and errors as pino has them', () => {
  const lines: string[] = [];
  const log = pinoLogger(
    pino({ level: 'debug', base: null }, { write: (line) => lines.push(line) }),
  );
  log.debug('looked');
  log.info('assigned', { consumer: 'billing', partitions: ['orders-0'] });
  log.warn('slow', { tookMs: 5 });
  log.error('failed', { consumer: 'billing', error: new TypeError('no money') });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 20, time: expect.any(Number), msg: 'looked' },
    expect.objectContaining({
      level: 30,
      msg: 'assigned',
      consumer: 'billing',
      partitions: ['orders-0'],
    }),
    expect.objectContaining({ level: 40, msg: 'slow', tookMs: 5 }),
    expect.objectContaining({
      level: 50,
      msg: 'failed',
      consumer: 'billing',
      err: expect.objectContaining({ type: 'TypeError', message: 'no money' }),
    }),
  ]);
});
