import { createHmac, timingSafeEqual } from 'node:crypto';
import { pathOf } from './address.ts';

/** Shared access keys by policy name. */
export type AccessKeys = Readonly<Record<string, string>>;

/** What a token allows: everything at and below `path`, until it expires. */
export interface Grant {
  /** Lower case; empty for the whole namespace. */
  readonly path: string;
  readonly expiresAtMs: number;
}

/** The reason in words when the token is refused. */
export type Refusal = { readonly refused: string };

/**
 * Checks a shared access signature: base64 of HMAC-SHA256, with the policy's key, over the encoded resource, a line feed and
 * the expiry in seconds (Event Hubs documentation, "Generate a Shared Access Signature token").
 */
export function checkToken(token: string, keys: AccessKeys, nowMs: number): Grant | Refusal {
  if (!token.startsWith('SharedAccessSignature ')) {
    return { refused: 'MalformedToken: the emulator takes shared access signatures only.' };
  }
  const fields = new Map(
    token
      .slice('SharedAccessSignature '.length)
      .split('&')
      .map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
  );
  const [resource, signature, expiry] = [fields.get('sr'), fields.get('sig'), fields.get('se')];
  if (resource === undefined || signature === undefined || expiry === undefined) {
    return { refused: 'MalformedToken: the signature lacks sr, sig or se.' };
  }
  const policy = decode(fields.get('skn') ?? '');
  const key = keys[policy];
  if (key === undefined) return { refused: `InvalidSignature: there is no key named '${policy}'.` };
  const expected = createHmac('sha256', key).update(`${resource}\n${expiry}`).digest('base64');
  if (!isSame(decode(signature), expected)) {
    return { refused: 'InvalidSignature: The token has an invalid signature.' };
  }
  const expiresAtMs = Number(expiry) * 1000;
  if (!(expiresAtMs > nowMs)) return { refused: 'ExpiredToken: The token is expired.' };
  const path = pathOf(decode(resource)).toLowerCase();
  return { path: path.replace(/\/?\$management$/, ''), expiresAtMs };
}

/** True when one of the grants is for the path or for something above it. */
export function allows(grants: readonly Grant[], path: string, nowMs: number): boolean {
  const wanted = path.toLowerCase();
  return grants.some(
    (grant) =>
      grant.expiresAtMs > nowMs &&
      (grant.path === '' || wanted === grant.path || wanted.startsWith(`${grant.path}/`)),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch (error) {
    // Not percent-encoded after all; it will not match a key or a signature.
    if (error instanceof URIError) return text;
    throw error;
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
