import { InvalidConfigError, PartitaError } from '../../core/index.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { schemasAt } from '../schema/branches.ts';
import { type ConfigPath, pathText } from '../source.ts';
import { duration } from '../values.ts';

/** What a part of the program refused, as problems of the place in the configuration that it was made from. */
export function inWordsOfConfig(error: unknown, path: ConfigPath): ConfigProblem[] {
  if (!PartitaError.is(error)) throw error;
  const sentences = error instanceof InvalidConfigError ? error.problems : [error.message];
  return sentences.map((sentence) => placed(respelled(sentence), path));
}

/** `heartbeatInterval (10 s) is …` of a consumer is about `consumers[0].heartbeatInterval`. */
function placed(sentence: string, path: ConfigPath): ConfigProblem {
  const [subject = ''] = /^[a-z]\w*(\.\w+)*(?= )/i.exec(sentence) ?? [];
  const inner = subject === '' ? path : [...path, ...subject.split('.')];
  if (subject !== '' && schemasAt(inner).length > 0)
    return { path: inner, text: pathText(inner) + sentence.slice(subject.length) };
  return { path, text: path.length === 0 ? sentence : `${pathText(path)}: ${sentence}` };
}

/** `drainTimeoutMs (40000)` → `drainTimeout (40 s)`: names and units as the file has them. */
function respelled(sentence: string): string {
  return sentence
    .replace(/\b([a-z][A-Za-z]*)Ms \((\d+)\)/g, (_, key, ms) => `${key} (${duration(Number(ms))})`)
    .replace(/\b([a-z][A-Za-z]*)Ms\b/g, '$1');
}
