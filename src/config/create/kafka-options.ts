import { PartitaError } from '../../core/index.ts';
import type { KafkaConfig, SaslConfig } from '../app-config.ts';
import type { BackendContext } from './backend-context.ts';
import { inMilliseconds } from './in-milliseconds.ts';
import type { References } from './references.ts';

type TokenProvider = () => Promise<{ readonly value: string }>;

/** What `kafka(…)` gets for section `kafka`. */
export async function kafkaOptions(
  { sasl, ...rest }: KafkaConfig,
  { references }: BackendContext,
): Promise<object> {
  const options = inMilliseconds(rest, ['kafka']);
  return sasl === undefined ? options : { ...options, sasl: await saslOf(sasl, references) };
}

async function saslOf(sasl: SaslConfig, references: References): Promise<object> {
  if (sasl.mechanism !== 'oauthbearer') return sasl;
  const { mechanism, provider } = sasl;
  const path = ['kafka', 'sasl', 'provider'];
  const loaded = await references.load(provider, path, 'a function', isTokenProvider);
  return { mechanism, oauthBearerProvider: loaded ?? noToken };
}

function isTokenProvider(value: unknown): value is TokenProvider {
  return typeof value === 'function';
}

/** Stands in for one that could not be loaded, which is a problem of its own. */
async function noToken(): Promise<{ readonly value: string }> {
  throw new PartitaError('INVALID_CONFIG', 'kafka.sasl.provider could not be loaded.');
}
