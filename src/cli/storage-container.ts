import { createHmac } from 'node:crypto';
import { PartitaError } from '../core/index.ts';

/** As the service has it; newer versions sign in the same way. */
const version = '2021-12-02';

/**
 * Creates a container, if it is not there yet, by the request that clients of the service send (Create Container, signed with Shared
 * Key): no client library needs to be installed for it.
 */
export async function createContainer(connectionString: string, container: string): Promise<void> {
  const account = accountOf(connectionString);
  const url = `${account.endpoint}/${container}?restype=container`;
  const headers = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': version };
  const authorization = signed(account, headers, `${new URL(url).pathname}\nrestype:container`);
  const answer = await fetch(url, { method: 'PUT', headers: { ...headers, authorization } });
  // Another start may have left it: 409 is Conflict.
  if (answer.ok || answer.status === 409) return;
  throw new PartitaError(
    'UNAVAILABLE',
    `The container ${container} was not created: ${account.endpoint} answered ${answer.status}. ${await answer.text()}`,
  );
}

interface StorageAccount {
  readonly name: string;
  /** Base64. */
  readonly key: string;
  /** Where it is served, without a slash at the end. */
  readonly endpoint: string;
}

function accountOf(connectionString: string): StorageAccount {
  const part = (name: string) =>
    new RegExp(`(?:^|;)${name}=([^;]*)`).exec(connectionString)?.[1] ?? '';
  return { name: part('AccountName'), key: part('AccountKey'), endpoint: part('BlobEndpoint') };
}

/** Of a PUT without a body. */
function signed(
  { name, key }: StorageAccount,
  headers: Readonly<Record<string, string>>,
  resource: string,
): string {
  const lines = Object.entries(headers).map(([header, value]) => `${header}:${value}`);
  // The eleven standard headers that may be signed are all empty.
  const text = ['PUT', ...Array<string>(11).fill(''), ...lines, `/${name}${resource}`].join('\n');
  const hash = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8');
  return `SharedKey ${name}:${hash.digest('base64')}`;
}
