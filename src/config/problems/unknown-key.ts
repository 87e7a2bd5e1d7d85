import { nearest } from '../../core/index.ts';
import { keysAt } from '../schema/branches.ts';
import { type ConfigPath, pathText } from '../source.ts';

/** What is wrong with a key that its object does not have, with what was most likely meant. */
export function unknownKey(parent: ConfigPath, key: string, given: readonly string[]): string {
  const keys = keysAt(parent);
  const name = pathText([...parent, key]);
  if (keys.includes(key)) {
    const others = given.filter((other) => other !== key && keys.includes(other));
    return `${name} cannot stand beside ${others.join(', ')}; give one of them`;
  }
  const home = homeOf(key);
  const guess = nearest(key, keys);
  if (home !== undefined && guess === undefined) return `${name} is no key; it belongs to ${home}`;
  const help = guess === undefined ? `known are ${keys.join(', ')}` : `did you mean ${guess}?`;
  return `${name} is no key; ${help}`;
}

/** The section that has such a key. */
function homeOf(key: string): string | undefined {
  const sections = keysAt([]).filter((section) => section !== 'consumers');
  const found = sections.find((section) => keysAt([section]).includes(key));
  if (found !== undefined) return found;
  return keysAt(['consumers', 0]).includes(key) ? 'an entry of consumers' : undefined;
}
