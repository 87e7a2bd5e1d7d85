/** Where an answer of the embedded broker differs from Kafka's, and why. */
export interface Difference {
  /** One sentence for the documentation. */
  readonly reason: string;
  /** Which requests, by name. */
  readonly request: string;
  /** Which fields, as a pattern of their paths. */
  readonly field: RegExp;
  /** What Kafka says there, as a pattern. @default anything */
  readonly kafka?: RegExp;
  /** Only in these scenarios. @default all */
  readonly scenarios?: readonly string[];
}

/** All of them. What differs and is not listed is a defect; what is listed and does not differ any more is one of this list. */
export const differences: readonly Difference[] = [
  {
    reason:
      'Produce says in words what is wrong with a batch (`errorMessage`), where Kafka leaves the code alone.',
    request: 'Produce',
    field: /\.errorMessage$/,
    kafka: /^null$/,
  },
  {
    reason:
      'min.insync.replicas is a default like all others; Kafka 4 keeps it as a setting of the cluster (source 3).',
    request: '(CreateTopics|DescribeConfigs)',
    field: /\.min\.insync\.replicas\.(source$|synonyms)/,
  },
  {
    reason: 'DescribeLogDirs tells no sizes of the volume.',
    request: 'DescribeLogDirs',
    field: /\.(totalBytes|usableBytes)$/,
    kafka: /^<bytes/,
  },
];
