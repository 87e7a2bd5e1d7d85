/** Partitions by topic, as nearly every request has them. */
export interface OfTopic<T> {
  readonly topic: string;
  readonly partitions: readonly T[];
}

/** The same topics with each partition answered. */
export function perPartition<Asked, Answer>(
  topics: readonly OfTopic<Asked>[],
  answer: (topic: string, asked: Asked) => Answer,
): { topic: string; partitions: Answer[] }[] {
  return topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((asked) => answer(topic, asked)),
  }));
}
