import { type Credentials, isSame } from './credentials.ts';
import type { KafkaSaslMechanism } from './mechanism.ts';

/** The user under which the service takes a connection string as password. */
const USER = '$ConnectionString';

/** As the Kafka endpoint of Event Hubs: a connection string whose policy and key are right. Its host is not looked at. */
export class EventHubsCredentials implements Credentials {
  readonly mechanisms: readonly KafkaSaslMechanism[] = ['PLAIN'];
  readonly #keys: ReadonlyMap<string, string>;

  constructor(keys: Readonly<Record<string, string>>) {
    this.#keys = new Map(Object.entries(keys));
  }

  accepts(user: string, password: string): boolean {
    if (user !== USER) return false;
    const fields = new Map(password.split(';').map(field));
    const key = this.#keys.get(fields.get('sharedaccesskeyname') ?? '');
    const given = fields.get('sharedaccesskey');
    const endpoint = fields.get('endpoint')?.startsWith('sb://') === true;
    return endpoint && key !== undefined && given !== undefined && isSame(given, key);
  }

  scram(): undefined {
    return undefined;
  }
}

/** Names in lower case: the service does not tell them apart by case. Keys end in `=`, so only the first one separates. */
function field(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()];
}
