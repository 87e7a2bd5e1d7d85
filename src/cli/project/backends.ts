/** Which broker a new project begins with. */
export const projectBackends = ['memory', 'kafka', 'eventhubs'] as const;

export type ProjectBackend = (typeof projectBackends)[number];

export interface Project {
  /** Of the package and of the consumer group. */
  readonly name: string;
  readonly backend: ProjectBackend;
}
