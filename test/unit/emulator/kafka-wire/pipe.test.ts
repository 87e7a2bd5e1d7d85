import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { pipe } from '../../../../src/emulator/kafka-wire/pipe.ts';

describe('a pipe', () => {
  it('brings what is written to the other end, in order, and never while it is written', async () => {
    const [one, other] = pipe();
    const seen: string[] = [];
    other.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
    one.write('a');
    one.write('b');
    expect(seen).toEqual([]);
    await new Promise(setImmediate);
    expect(seen.join('')).toBe('ab');
  });

  it('holds the writer back until the reader reads', async () => {
    const [one, other] = pipe();
    const size = 10_000_000;
    const chunk = Buffer.alloc(100_000);
    let written = 0;
    while (written < size && one.write(chunk)) written += chunk.length;
    await new Promise(setImmediate);
    expect(written).toBeLessThan(1_000_000);
    let received = 0;
    other.on('data', ({ length }: Buffer) => {
      received += length;
    });
    await once(one, 'drain');
    one.end();
    await once(other, 'close');
    expect(received).toBe(written + chunk.length);
  });

  it('ends at both ends when one ends it, and after what was written', async () => {
    const [one, other] = pipe();
    const seen: Buffer[] = [];
    other.on('data', (chunk: Buffer) => seen.push(chunk));
    one.resume();
    one.end('last');
    await Promise.all([once(one, 'close'), once(other, 'close')]);
    expect(Buffer.concat(seen).toString()).toBe('last');
  });

  it('ends at both ends when one is destroyed; what the other still writes is lost', async () => {
    const [one, other] = pipe();
    other.resume();
    one.destroy();
    other.write('lost');
    await once(other, 'close');
    expect(one.destroyed && other.destroyed).toBe(true);
  });

  it('takes what clients ask of sockets', () => {
    const [end] = pipe();
    expect(end.setKeepAlive().setNoDelay().setTimeout().ref().unref()).toBe(end);
  });
});
