import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PartitaError } from '../core/index.ts';
import type { TlsIdentity } from './amqp/socket-server.ts';

/** What we use of the package selfsigned. */
interface SelfSigned {
  generate(
    attributes: readonly { name: string; value: string }[],
    options: object,
  ): Promise<{ readonly private: string; readonly cert: string }>;
}

/**
 * A self-signed certificate for localhost, 127.0.0.1 and further hosts, valid for a year.
 *
 * @throws PartitaError `MISSING_PEER` when the package selfsigned is not installed.
 */
export async function makeCertificate(...furtherHosts: readonly string[]): Promise<TlsIdentity> {
  const hosts = new Set(['localhost', '127.0.0.1', ...furtherHosts]);
  const made = await load().generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [...hosts].map((host) =>
          isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host },
        ),
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Writes the certificate where clients can be pointed at it; the key stays in memory. */
export async function writeCertificate({ cert }: TlsIdentity): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'partita-emulator-'));
  const path = join(folder, 'certificate.pem');
  await writeFile(path, cert);
  return path;
}

/** Undoes `writeCertificate`. */
export async function removeCertificate(path: string): Promise<void> {
  await rm(dirname(path), { recursive: true, force: true });
}

function load(): SelfSigned {
  try {
    const require = createRequire(import.meta.url);
    return require('selfsigned');
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      'A certificate is made with the package selfsigned, which is not installed: npm install --save-dev selfsigned. Or give a certificate of your own.',
      { cause },
    );
  }
}
