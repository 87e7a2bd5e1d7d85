import { describe, expect, it } from 'vitest';
import {
  describeKafkaCode,
  isRetriableKafkaCode,
  kafkaError,
} from '../../../../../src/backends/kafka/wire/kafka-error.ts';
import { CommitFencedError } from '../../../../../src/core/index.ts';
import { errorCode } from '../../../../../src/protocol/index.ts';

describe('errors in responses', () => {
  it('say what failed, what the broker said, and what to do', () => {
    const error = kafkaError(errorCode.MESSAGE_TOO_LARGE, 'Produce to t-3', {
      topic: 't',
      partition: 3,
      brokerMessage: 'too big',
    });
    expect(error).toMatchObject({
      code: 'RECORD_TOO_LARGE',
      retriable: false,
      topic: 't',
      partition: 3,
    });
    expect(error.message).toBe(
      'Produce to t-3 failed: MESSAGE_TOO_LARGE (10) "too big". Raise max.message.bytes of the topic, or send less.',
    );
  });

  it('are fenced commits where the group moved on', () => {
    for (const code of [errorCode.ILLEGAL_GENERATION, errorCode.UNKNOWN_MEMBER_ID])
      expect(kafkaError(code, 'Commit')).toBeInstanceOf(CommitFencedError);
  });

  it('pass or do not pass', () => {
    expect(isRetriableKafkaCode(errorCode.NOT_LEADER_OR_FOLLOWER)).toBe(true);
    expect(isRetriableKafkaCode(errorCode.REBALANCE_IN_PROGRESS)).toBe(true);
    expect(isRetriableKafkaCode(errorCode.UNKNOWN_TOPIC_OR_PARTITION)).toBe(false);
    expect(isRetriableKafkaCode(errorCode.FENCED_INSTANCE_ID)).toBe(false);
  });

  it('keep their number when they are newer than our table', () => {
    expect(describeKafkaCode(9_999)).toContain('9999');
    expect(kafkaError(9_999, 'Something')).toMatchObject({ code: 'INTERNAL', retriable: false });
  });
});
