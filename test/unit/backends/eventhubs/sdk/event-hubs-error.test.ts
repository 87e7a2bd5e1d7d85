import { MessagingError } from '@azure/event-hubs';
import { describe, expect, it } from 'vitest';
import { eventHubsError } from '../../../../../src/backends/eventhubs/sdk/event-hubs-error.ts';
import { loadSdk } from '../../../../../src/backends/eventhubs/sdk/load-sdk.ts';

function failure(code: string, retryable: boolean): MessagingError {
  return Object.assign(new MessagingError('it did not work'), { code, retryable });
}

describe('an error of the client library', () => {
  it.each([
    ['MessagingEntityNotFoundError', false, 'UNKNOWN_TOPIC', false],
    ['UnauthorizedError', true, 'AUTHENTICATION_FAILED', false],
    ['ArgumentOutOfRangeError', false, 'UNKNOWN_PARTITION', false],
    ['MessageTooLargeError', false, 'RECORD_TOO_LARGE', false],
    ['ReceiverDisconnectedError', false, 'UNAVAILABLE', true],
    ['QuotaExceededError', false, 'UNAVAILABLE', true],
    ['ServerBusyError', true, 'UNAVAILABLE', true],
    ['OperationTimeoutError', true, 'TIMEOUT', true],
    ['ECONNREFUSED', true, 'CONNECTION_FAILED', true],
    ['DetachForcedError', true, 'CONNECTION_FAILED', true],
    ['SomethingNewError', false, 'UNAVAILABLE', false],
  ])('%s (retryable: %s) is %s', (code, retryable, ours, retriable) => {
    const cause = failure(code, retryable);
    const error = eventHubsError('read orders-0', cause, { topic: 'orders', partition: 0 });
    expect(error).toMatchObject({ code: ours, retriable, topic: 'orders', partition: 0, cause });
    expect(error.message).toContain('read orders-0');
  });

  it('is the last of several that its retries had', () => {
    const all = [failure('ServerBusyError', true), failure('UnauthorizedError', true)];
    expect(eventHubsError('x', new AggregateError(all)).code).toBe('AUTHENTICATION_FAILED');
  });

  it('is translated once', () => {
    const error = eventHubsError('x', failure('ServerBusyError', true));
    expect(eventHubsError('y', error)).toBe(error);
  });
});

describe('the client library', () => {
  it('is named with its install command when it is missing', () => {
    const load = () => {
      throw new Error('Cannot find module');
    };
    expect(() => loadSdk(load)).toThrow('npm install @azure/event-hubs @azure/storage-blob');
  });
});
