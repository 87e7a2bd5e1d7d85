import type { TokenCredential } from '@azure/event-hubs';
import { PartitaError } from '../../../core/index.ts';

/**
 * A credential whose failures are ours. What credentials throw differs from one to the other, and whether it passes cannot be
 * told from it: a login service that is down looks like one that refuses.
 */
export function toldCredential(credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      try {
        const token = await credential.getToken(scopes, options);
        if (token !== null) return token;
      } catch (cause) {
        const said = cause instanceof Error ? cause.message : String(cause);
        throw noToken(`: ${said}`, cause);
      }
      throw noToken(', and no error either');
    },
  };
}

function noToken(why: string, cause?: unknown): PartitaError {
  return new PartitaError(
    'AUTHENTICATION_FAILED',
    `The credential gave no token for Event Hubs${why}. It is asked again; check how credential logs in here`,
    { cause, retriable: true },
  );
}
