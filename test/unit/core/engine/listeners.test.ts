import { describe, expect, it } from 'vitest';
import { Listeners } from '../../../../src/core/engine/listeners.ts';
import { type AppEvent, silentLogger } from '../../../../src/core/index.ts';

const event = (consumer: string): AppEvent => ({
  consumer,
  kind: 'blocked',
  blockedMs: 1,
  handlers: [],
});

describe('listeners', () => {
  it('hear of everything until they are taken off, also when one of them throws', () => {
    const heard: string[] = [];
    const errors: string[] = [];
    const listeners = new Listeners();
    listeners.add(() => {
      throw new Error('mine');
    });
    const cancel = listeners.add(({ consumer }) => heard.push(consumer));
    const log = { ...silentLogger, error: (message: string) => void errors.push(message) };
    listeners.emit(event('a'), log);
    cancel();
    listeners.emit(event('b'), log);
    expect(heard).toEqual(['a']);
    expect(errors).toEqual(['an event listener failed', 'an event listener failed']);
  });

  it('hear of another application when they are copied to it', () => {
    const heard: string[] = [];
    const one = new Listeners();
    const other = new Listeners();
    one.add(({ consumer }) => heard.push(consumer));
    one.copyTo(other);
    other.emit(event('b'), silentLogger);
    expect(heard).toEqual(['b']);
  });
});
