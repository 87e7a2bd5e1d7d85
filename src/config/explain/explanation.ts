import type { AppConfig } from '../app-config.ts';

/** What a configuration amounts to, in plain words. */
export interface Explanation {
  /** One sentence or short paragraph each; indented lines belong to the heading above them. */
  readonly lines: readonly string[];
  /** What may not be meant, or harms later. */
  readonly warnings: readonly ExplainedWarning[];
}

export interface ExplainedWarning {
  /** Where in the configuration: `consumers[0].assignor`. */
  readonly path: string;
  readonly text: string;
}

/** What is known besides the configuration. */
export interface ExplainOptions {
  /**
   * Partitions by topic, for instance from the admin; 0 for a topic that does not exist. The memory backend's are known from its
   * section.
   */
  readonly partitions?: Readonly<Record<string, number>>;
  /** How many processes run, or will run, with this configuration. @default unknown */
  readonly processes?: number;
  /** The configuration that runs at present: changes that need care are warned of. */
  readonly before?: AppConfig;
}
