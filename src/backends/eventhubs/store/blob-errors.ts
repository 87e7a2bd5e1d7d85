import { PartitaError } from '../../../core/index.ts';

interface StorageFailure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
}

/** The condition of a write did not hold: created by somebody else, changed, or gone. */
export function isConditionFailure(error: unknown): boolean {
  const { statusCode, code } = failureOf(error);
  if (statusCode === 412) return code !== 'LeaseIdMissing';
  if (statusCode === 409) return code === 'BlobAlreadyExists';
  return statusCode === 404 && code !== 'ContainerNotFound';
}

export function isMissingBlob(error: unknown): boolean {
  const { statusCode, code } = failureOf(error);
  return statusCode === 404 && code !== 'ContainerNotFound';
}

/** Every error of blob storage, once, at the border. `what` is what was tried, such as `list the group`. */
export function blobError(store: string, what: string, cause: unknown): PartitaError {
  if (PartitaError.is(cause)) return cause;
  const { statusCode, code, message } = failureOf(cause);
  const said = [statusCode, code].filter((part) => part !== undefined).join(' ') || message;
  const failed = `Could not ${what} in ${store} (${said})`;
  if (statusCode === 404 && code === 'ContainerNotFound')
    return new PartitaError(
      'INVALID_CONFIG',
      `${failed}: the container does not exist. Create it, or correct the container of the checkpoint store`,
      { cause },
    );
  if (statusCode === 401 || (statusCode === 403 && code === 'AuthenticationFailed'))
    return new PartitaError(
      'AUTHENTICATION_FAILED',
      `${failed}: the credentials were refused. Check the connection string, account key, SAS (also its expiry) or token credential of the checkpoint store, and the clock of this machine`,
      { cause },
    );
  if (statusCode === 403)
    return new PartitaError(
      'AUTHORIZATION_FAILED',
      `${failed}: not allowed. The credentials of the checkpoint store (account key, SAS or token credential) have to be right, and to allow reading, creating, writing, deleting and listing blobs: a SAS with rcwdl, or the role Storage Blob Data Contributor; and the network rules of the account have to let this machine in`,
      { cause },
    );
  if (code === 'LeaseIdMissing')
    return new PartitaError(
      'UNAVAILABLE',
      `${failed}: another program holds a lease on the blob. Stop it, or break the lease`,
      { cause, retriable: true },
    );
  if (statusCode === 400)
    return new PartitaError(
      'INVALID_CONFIG',
      `${failed}: ${message}. Check the names of container, namespace, hub and group in the checkpoint store's settings`,
      { cause },
    );
  return statusCode === undefined
    ? new PartitaError(
        'CONNECTION_FAILED',
        `${failed}; it is tried again. If that goes on, check the address in the settings of the checkpoint store, and that it can be reached from here`,
        {
          cause,
          retriable: true,
        },
      )
    : new PartitaError('UNAVAILABLE', `${failed}; it is tried again`, { cause, retriable: true });
}

function failureOf(error: unknown): StorageFailure {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { statusCode, code, message, details } = error as Record<string, unknown>;
  const inDetails = (details as { readonly errorCode?: unknown } | undefined)?.errorCode;
  const name = code ?? inDetails;
  return {
    message: String(message),
    ...(typeof statusCode === 'number' && { statusCode }),
    ...(typeof name === 'string' && { code: name }),
  };
}
