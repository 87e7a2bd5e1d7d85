import type { Namespace } from '../namespace.ts';
import type { Answer } from './request-node.ts';
import { checkToken, type Grant } from './sas-token.ts';

/** The `$cbs` node (AMQP claims-based security): takes tokens for this connection. */
export function answerCbs(namespace: Namespace, granted: (grant: Grant) => void): Answer {
  return ({ application_properties: properties, body }, reply) => {
    if (properties?.operation !== 'put-token') {
      reply({ status: 400, description: `The operation '${properties?.operation}' is unknown.` });
      return;
    }
    const result = checkToken(String(body), namespace.keys, namespace.clock.now());
    if ('refused' in result) {
      reply({
        status: 401,
        description: result.refused,
        condition: 'amqp:unauthorized-access',
      });
      return;
    }
    granted(result);
    reply({ status: 202, description: 'Accepted' });
  };
}
