import { Kafka, logLevel } from 'kafkajs';
import { expect, it } from 'vitest';
import { describeKafka } from '../support/shared-kafka.ts';

describeKafka('the shared broker', ({ bootstrap }) => {
  it('answers on every address that the run was given', async () => {
    for (const address of bootstrap) {
      const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      await admin.disconnect();
      expect(brokers.map(({ host, port }) => `${host}:${port}`)).toContain(address);
    }
  });
});
