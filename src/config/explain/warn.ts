import { type ConfigPath, pathText } from '../source.ts';
import type { ExplainedWarning } from './explanation.ts';

export function warn(path: ConfigPath, text: string): ExplainedWarning {
  return { path: pathText(path), text };
}
