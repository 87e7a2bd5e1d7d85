import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { silentLogger } from 'partita';
import { type LoggerConfig, loggerOf } from 'partita/config';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');

/** What a process writes that logs one line of each level to each of these loggers. */
function written(configs: Readonly<Record<string, LoggerConfig>>) {
  const program = `
    import { loggerOf } from './src/config/index.ts';
    for (const [name, config] of Object.entries(${JSON.stringify(configs)})) {
      const logger = await loggerOf(config);
      for (const level of ['debug', 'info', 'warn', 'error'])
        logger[level](name, { error: new Error('no luck'), partition: 3 });
    }
  `;
  const args = ['--input-type=module', '-e', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { stdout: stdout.trim().split('\n'), stderr: stderr.trim().split('\n') };
}

describe('The logger of a configuration', () => {
  it('writes lines to standard error, or JSON through pino, from a level on', {
    timeout: 20_000,
  }, () => {
    const { stdout, stderr } = written({
      plain: {},
      few: { level: 'error' },
      all: { level: 'debug' },
      json: { kind: 'pino', level: 'error' },
    });
    const facts = 'error="Error: no luck" partition=3';
    expect(stderr).toEqual([
      `partita warn: plain ${facts}`,
      `partita error: plain ${facts}`,
      `partita error: few ${facts}`,
      ...['debug', 'info', 'warn', 'error'].map((level) => `partita ${level}: all ${facts}`),
    ]);
    expect(stdout.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 50,
        name: 'partita',
        msg: 'json',
        partition: 3,
        err: { type: 'Error', message: 'no luck', stack: expect.stringContaining('no luck') },
      },
    ]);
  });

  it('is silent on demand', async () => {
    expect(await loggerOf({ kind: 'silent' })).toBe(silentLogger);
  });
});
