import { expect, it } from 'vitest';
import { OutageLog } from '../../../../../src/backends/kafka/produce/outage-log.ts';
import { PartitaError } from '../../../../../src/index.ts';

it('An outage is warned of once, and its end is told once', () => {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const outage = new OutageLog(log, 'asking');
  const error = new PartitaError('UNAVAILABLE', 'away');
  outage.succeeded();
  for (let i = 0; i < 3; i++) outage.failed(error);
  outage.succeeded();
  outage.succeeded();
  outage.failed(error);
  expect(lines).toEqual([
    'warn: asking failed, trying again',
    'debug: asking failed, trying again',
    'debug: asking failed, trying again',
    'info: asking works again',
    'warn: asking failed, trying again',
  ]);
});
