import { kafka } from '../../src/backends/kafka/index.ts';
import { conformance } from '../support/conformance.ts';
import { kafkaPowers } from '../support/kafka-powers.ts';
import { realTarget } from '../support/real-target.ts';
import { describeKafka } from '../support/shared-kafka.ts';

describeKafka('a real broker', ({ bootstrap }) => {
  // New topics and partitions are found when metadata is looked at again.
  const definition = kafka({ brokers: bootstrap, metadataMaxAgeMs: 1_000 });
  conformance({ ...realTarget(definition), ...kafkaPowers(bootstrap) });
});
