import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Line {
  readonly file: string;
  readonly text: string;
}

/** The lines of all sources below a folder, without those that are comment. */
function linesOf(folder: string): Line[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const file = join(folder, name);
      const lines = readFileSync(file, 'utf8').split('\n');
      return lines.map((text) => ({ file, text: text.trim() }));
    })
    .filter(({ text }) => !/^(\/\/|\/?\*)/.test(text));
}

const source = linesOf('src');
const found = (pattern: RegExp, within = ''): string[] =>
  source
    .filter(({ file, text }) => file.startsWith(join('src', within)) && pattern.test(text))
    .map(({ file, text }) => `${file}: ${text}`);

// What the linter cannot see of the rules in biome.json.
describe('the source', () => {
  it('takes chance from Random and never from Math.random', () => {
    const outside = found(/\bMath\.random\b/).filter((hit) => !hit.startsWith('src/system/'));
    expect(outside).toEqual([]);
  });

  it('sets no timer through AbortSignal.timeout', () => {
    expect(found(/\bAbortSignal\.timeout\b/)).toEqual([]);
  });

  it('names no type by a relative import(), which would get past the allow-lists', () => {
    // The list of commands loads each by name, which is no type.
    const loads = /(?<!await |\(\) => )\bimport\(['"]\./;
    expect(found(loads)).toEqual([]);
  });

  it('promises no later work', () => {
    expect(found(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });
});

describe('core', () => {
  it('has no timer, no clock and no way to load a module by name', () => {
    expect(found(/\b(setTimeout|setInterval|setImmediate|Date|require)\b/, 'core/')).toEqual([]);
  });
});

describe.for(['assignors', 'partitioners'])('src/%s', (layer) => {
  it('takes types, errors and how partitions are named and sorted from core, and nothing else', () => {
    const text = linesOf(join('src', layer)).map((line) => line.text);
    const imports = text.join(' ').matchAll(/(?:im|ex)port (type )?\{([^}]*)\} from '[./]+core/g);
    const values = [...imports]
      .filter(([, type]) => type === undefined)
      .flatMap(([, , names = '']) => names.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '));
    const vocabulary = ['formatPartition', 'comparePartitions'];
    const others = values.filter((name) => !name.endsWith('Error') && !vocabulary.includes(name));
    expect(others).toEqual([]);
  });
});
