import * as protocol from '../../../src/protocol/index.ts';

type AnyApi = protocol.Api<unknown, unknown>;

const isApi = (value: unknown): value is AnyApi =>
  typeof value === 'object' && value !== null && 'encode' in value && 'decode' in value;
const apis = new Map(
  Object.values(protocol as Record<string, unknown>)
    .filter(isApi)
    .map((api) => [api.key, api]),
);
const API_VERSIONS = 18;

export type AnswerKind = 'valid answer' | 'error answer' | 'unreadable answer';

/** What a response says. A response that nobody here can read counts as valid. */
export function kindOfAnswer(request: Buffer, response: Buffer): AnswerKind {
  const [key, version] = [request.readInt16BE(4), request.readInt16BE(6)];
  const api = apis.get(key);
  if (key === API_VERSIONS && version > (api?.versions.max ?? 0)) return 'error answer';
  if (api === undefined || version < api.versions.min || version > api.versions.max)
    return 'valid answer';
  const tagged = version >= api.flexibleFrom && key !== API_VERSIONS;
  try {
    const answer = api.decode(response.subarray(tagged ? 9 : 8), version);
    return saysError(answer) ? 'error answer' : 'valid answer';
  } catch (error) {
    if (!(error instanceof protocol.ProtocolError)) throw error;
    // Our own client asks about one group, and does not know what to make of an answer about none.
    return error.message.includes('names no group') ? 'valid answer' : 'unreadable answer';
  }
}

function saysError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return false;
  if (value instanceof Map) return [...value.values()].some(saysError);
  return Object.entries(value).some(([name, each]) =>
    name === 'errorCode' ? each !== 0 : saysError(each),
  );
}
