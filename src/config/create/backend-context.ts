import type { AppConfig } from '../app-config.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import type { AppParts } from './app-parts.ts';
import type { References } from './references.ts';

/** What a backend is made from. */
export interface BackendContext {
  readonly config: AppConfig;
  readonly parts: AppParts;
  /** Folder that paths in the configuration are seen from. */
  readonly folder: string;
  readonly references: References;
  readonly problems: ConfigProblem[];
}
