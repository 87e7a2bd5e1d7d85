import { describe, expect, it } from 'vitest';
import {
  blobError,
  isConditionFailure,
} from '../../../../../src/backends/eventhubs/store/blob-errors.ts';

const failure = (statusCode: number | undefined, code: string) =>
  Object.assign(new Error('from the service'), { statusCode, code });

describe('errors of blob storage', () => {
  it.each([
    [404, 'ContainerNotFound', 'INVALID_CONFIG', false],
    [403, 'AuthenticationFailed', 'AUTHENTICATION_FAILED', false],
    [401, 'InvalidAuthenticationInfo', 'AUTHENTICATION_FAILED', false],
    [403, 'AuthorizationPermissionMismatch', 'AUTHORIZATION_FAILED', false],
    [400, 'InvalidResourceName', 'INVALID_CONFIG', false],
    [412, 'LeaseIdMissing', 'UNAVAILABLE', true],
    [409, 'ContainerBeingDeleted', 'UNAVAILABLE', true],
    [503, 'ServerBusy', 'UNAVAILABLE', true],
    [500, 'OperationTimedOut', 'UNAVAILABLE', true],
    [undefined, 'ENOTFOUND', 'CONNECTION_FAILED', true],
  ])('are told apart: %s %s is %s', (statusCode, name, code, retriable) => {
    const cause = failure(statusCode, name);
    const error = blobError('blob container c', 'list the group', cause);
    expect(error).toMatchObject({ code, retriable, cause });
    expect(error.message).toContain(`Could not list the group in blob container c (`);
    expect(error.message).toContain(name);
  });

  it.each([
    [412, 'ConditionNotMet', true],
    [409, 'BlobAlreadyExists', true],
    [404, 'BlobNotFound', true],
    [412, 'LeaseIdMissing', false],
    [409, 'ContainerBeingDeleted', false],
    [404, 'ContainerNotFound', false],
    [503, 'ServerBusy', false],
  ])('%i %s means that somebody was faster: %s', (statusCode, code, expected) => {
    expect(isConditionFailure(failure(statusCode, code))).toBe(expected);
  });
});
