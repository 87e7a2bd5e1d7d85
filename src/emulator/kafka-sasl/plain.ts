import type { Credentials } from './credentials.ts';
import { type SaslExchange, SaslRefusal } from './mechanism.ts';

const NOTHING = Buffer.alloc(0);

/** SASL PLAIN (RFC 4616): `[authorization id] NUL user NUL password`, with the words of Kafka's `PlainSaslServer`. */
export function plainExchange(credentials: Credentials): SaslExchange {
  return {
    next(message) {
      const tokens = message.toString('utf8').split('\0');
      const [authorizationId = '', user = '', password = ''] = tokens;
      if (tokens.length !== 3)
        throw new SaslRefusal(
          `Invalid SASL/PLAIN response: expected 3 tokens, got ${tokens.length}`,
        );
      if (user === '') throw new SaslRefusal('Authentication failed: username not specified');
      if (password === '') throw new SaslRefusal('Authentication failed: password not specified');
      if (!credentials.accepts(user, password))
        throw new SaslRefusal('Authentication failed: Invalid username or password');
      if (authorizationId !== '' && authorizationId !== user)
        throw new SaslRefusal(
          'Authentication failed: Client requested an authorization id that is different from username',
        );
      return { answer: NOTHING, done: true };
    },
  };
}
