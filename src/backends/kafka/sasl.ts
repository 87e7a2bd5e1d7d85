/** Credentials for SASL. */
export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'oauthbearer';
      /** Called for each connection, and again before the session ends; keeps and renews tokens itself. */
      readonly oauthBearerProvider: () => Promise<{
        readonly value: string;
        readonly extensions?: Readonly<Record<string, string>>;
      }>;
    };

const mechanisms: ReadonlySet<string> = new Set([
  'plain',
  'scram-sha-256',
  'scram-sha-512',
  'oauthbearer',
]);

/** What is wrong with the credentials' shape goes to `problems`. */
export function checkSasl(sasl: KafkaSasl | null, problems: string[]): void {
  if (sasl === null) return;
  if (!mechanisms.has(sasl.mechanism))
    problems.push(
      `sasl.mechanism is ${String(sasl.mechanism)}, expected one of ${[...mechanisms].join(', ')}`,
    );
  else if (sasl.mechanism === 'oauthbearer') {
    if (typeof sasl.oauthBearerProvider !== 'function')
      problems.push('sasl.oauthBearerProvider is no function');
  } else {
    if (!sasl.username) problems.push('sasl.username is empty');
    if (!sasl.password) problems.push('sasl.password is empty');
  }
}
