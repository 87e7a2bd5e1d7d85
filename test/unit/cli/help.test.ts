import { describe, expect, it } from 'vitest';
import { cli } from '../../support/cli.ts';

const commands = [
  ...['init', 'run', 'check', 'explain', 'produce', 'tail', 'plan', 'emulator'],
  ...['list', 'describe', 'create', 'delete', 'add-partitions'].map((name) => `topics ${name}`),
  ...['list', 'describe'].map((name) => `groups ${name}`),
  ...['show', 'reset'].map((name) => `offsets ${name}`),
  ...['list', 'show', 'replay'].map((name) => `dlq ${name}`),
];

describe('the help', { timeout: 30_000 }, () => {
  it.each(commands)('of %s is in one voice, and shows no values as JSON', async (line) => {
    const { code, out, errors } = await cli([...line.split(' '), '--help']);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toContain(`Usage: partita ${line} `);
    expect(out).not.toMatch(/display help|default: \{/);
    expect(out).toMatch(new RegExp(`\\nExamples:\n  partita ${line}`));
  });

  it('is had in each of the ways that other tools have', async () => {
    const { out } = await cli(['tail', '--help']);
    expect((await cli(['help', 'tail'])).out).toBe(out);
    expect((await cli(['help'])).out).toBe((await cli([])).out);
  });
});

describe('a wrong line is told in one sentence, with where to look, and exit code 2', () => {
  it.each([
    [['topcs'], "unknown command 'topcs'\n(Did you mean topics?)\n(partita --help"],
    [['topics', 'lst'], "unknown command 'lst'\n(Did you mean list?)\n(partita topics --help"],
    [
      ['topics', 'list', '--brokrs', 'x'],
      "unknown option '--brokrs'\n(Did you mean --brokers?)\n(partita topics list --help",
    ],
    [['tail'], "missing required argument 'topic'\n(partita tail --help"],
    [['tail', 'a', '--from', '+3'], "argument '+3' is invalid. Give earliest, latest, an offset"],
    [['produce', 'a', 'x', '--key-separator', ''], 'Give at least one character.'],
    [['offsets', 'reset', 'g'], "required option '-t, --topic <topic>' not specified"],
  ])('%s', async (line, message) => {
    const { code, out, errors } = await cli(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toMatch(/^partita: /);
    expect(errors).toContain(message);
  });
});

describe('with --json an error is JSON, too, alone on a line of standard error', () => {
  it.each([
    [['topcs', '--json'], { code: 'INVALID_CONFIG', message: /^unknown command 'topcs'/ }],
    [['topics', '--json'], { code: 'INVALID_CONFIG', message: /^unknown option '--json'/ }],
    [['tail', '--json'], { code: 'INVALID_CONFIG', message: /^missing required argument 'topic'/ }],
    [['tail', 'a', '--json'], { code: 'INVALID_CONFIG', message: /no broker is named/ }],
  ])('%s', async (line, { code, message }) => {
    const result = await cli(line);
    expect({ code: result.code, out: result.out }).toEqual({ code: 2, out: '' });
    expect(result.errors).toMatch(/^\{.*\}\n$/);
    const { error } = JSON.parse(result.errors);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('which lists problems one by one', async () => {
    const { errors } = await cli(['produce', 'a', 'x', '--tombstone', '--json']);
    expect(JSON.parse(errors).error.problems).toEqual([
      expect.stringContaining('leave values and --file out'),
      expect.stringContaining('needs the --key'),
    ]);
  });

  it('but not where --json is a value', async () => {
    expect((await cli(['tail', 'a', 'b', '--', '--json'])).errors).toMatch(/^partita: /);
  });
});
