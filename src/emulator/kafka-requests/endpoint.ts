import { errorCode, type ServerApi } from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import type { ClusterNode } from '../kafka/cluster.ts';
import type { CoordinatorOf } from '../kafka/coordinators.ts';
import type { GroupClient } from '../kafka-groups/group-member.ts';
import type { SaslSession } from '../kafka-sasl/sasl-session.ts';
import { alteredResponse } from './altered-response.ts';
import { coordinates } from './right-broker.ts';

/** One request being answered. */
export interface Call {
  readonly broker: BrokerState;
  /** Which of the brokers was asked. */
  readonly node: ClusterNode;
  readonly version: number;
  readonly client: GroupClient;
  readonly sasl: SaslSession;
  /** Told in the response; 0 unless a fault says so. */
  readonly throttleMs: number;
  /** Aborted when the connection ends: whoever waits for something to send may stop. */
  readonly signal: AbortSignal;
}

/** How one request is answered. */
export interface EndpointDefinition<Request, Response> {
  readonly api: ServerApi<Request, Response>;
  /** What Apache Kafka does there and this broker does not, one sentence each; they are listed in the documentation. */
  readonly gaps: readonly string[];
  /** Whose coordinator alone carries this out; other brokers refuse with NOT_COORDINATOR. Left out or undefined: any broker. */
  readonly needs?: (request: Request) => CoordinatorOf | undefined;
  /** Undefined: nothing is sent back. */
  handle(request: Request, call: Call): Response | undefined | Promise<Response | undefined>;
  /** The response that says no with this error, wherever the api has a place for one. */
  refuse(request: Request, errorCode: number, call: Call): Response;
}

/** One row of the dispatch table, its request and response types closed over. */
export interface Endpoint {
  readonly key: number;
  readonly name: string;
  readonly versions: { readonly min: number; readonly max: number };
  readonly flexibleFrom: number;
  readonly gaps: readonly string[];
  /**
   * The body of the response. With `refusal` the request is not carried out but answered with that error.
   *
   * @throws ProtocolError when the body is no such request.
   */
  serve(
    body: Buffer,
    call: Call,
    refusal?: number,
  ): Buffer | undefined | Promise<Buffer | undefined>;
}

export function defineEndpoint<Request, Response extends object>(
  definition: EndpointDefinition<Request, Response>,
): Endpoint {
  const { api, gaps } = definition;
  const { key, name, versions, flexibleFrom } = api;
  return {
    key,
    name,
    versions,
    flexibleFrom,
    gaps,
    serve(body, call, refusal) {
      const request = api.decodeRequest(body, call.version);
      const encode = (response: Response | undefined): Buffer | undefined =>
        response && api.encodeResponse(alteredResponse(response, name, call), call.version);
      const coordinator = definition.needs?.(request);
      const misdirected = coordinator !== undefined && !coordinates(call, coordinator);
      const problem = refusal ?? (misdirected ? errorCode.NOT_COORDINATOR : undefined);
      if (problem !== undefined) return encode(definition.refuse(request, problem, call));
      const response = definition.handle(request, call);
      // No promise where there is nothing to wait for: most requests are answered in the turn they arrive in.
      return response instanceof Promise ? response.then(encode) : encode(response);
    },
  };
}
