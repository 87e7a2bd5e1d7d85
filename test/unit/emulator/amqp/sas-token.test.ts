import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { allows, checkToken } from '../../../../src/emulator/amqp/sas-token.ts';

const keys = { root: 'secret' };
const now = 1_000_000;

function token({
  resource = 'sb://localhost:5672/orders',
  key = 'secret',
  name = 'root',
  expiry = 2000,
} = {}) {
  const encoded = encodeURIComponent(resource);
  const signature = createHmac('sha256', key).update(`${encoded}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${encoded}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${name}`;
}

describe('a shared access signature', () => {
  it('grants its resource until it expires', () => {
    expect(checkToken(token(), keys, now)).toEqual({ path: 'orders', expiresAtMs: 2_000_000 });
  });

  it('of a management audience grants its hub', () => {
    const resource = 'sb://localhost/Orders/$management';
    expect(checkToken(token({ resource }), keys, now)).toMatchObject({ path: 'orders' });
  });

  it.for([
    ['with another key', token({ key: 'guess' }), /InvalidSignature/],
    ['of an unknown policy', token({ name: 'admin' }), /no key named 'admin'/],
    ['that expired', token({ expiry: 999 }), /ExpiredToken/],
    ['without a signature', 'SharedAccessSignature sr=a&se=1', /MalformedToken/],
    ['that is something else', 'eyJhbGciOiJub25lIn0.e30.', /MalformedToken/],
    ['for another resource', token().replace('orders', 'others'), /InvalidSignature/],
  ] as const)('%s is refused', ([, text, reason]) => {
    expect(checkToken(text, keys, now)).toEqual({ refused: expect.stringMatching(reason) });
  });
});

describe('a grant', () => {
  it('is for its path and what lies below, in any case, and for nothing else', () => {
    const grants = [{ path: 'orders', expiresAtMs: now + 1 }];
    const allowed = ['orders', 'Orders/Partitions/0', 'orders2', ''].map((path) =>
      allows(grants, path, now),
    );
    expect(allowed).toEqual([true, true, false, false]);
    expect(allows(grants, 'orders', now + 1)).toBe(false);
    expect(allows([{ path: '', expiresAtMs: now + 1 }], 'anything', now)).toBe(true);
  });
});
