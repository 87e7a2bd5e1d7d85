/**
 * `npm run lock:platforms`: adds to package-lock.json the packages that hold a tool's binary for platforms other than this one,
 * where npm left them out, as it does when the registry at hand does not serve them. Without their entries `npm ci` finds
 * the lock file incomplete and refuses it, on every platform. To be run after `npm install` changed the lock file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Entries by their path below the package, `node_modules/…`. */
type LockEntries = Readonly<Record<string, LockEntry>>;

const systems = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)\b/;
const processors = /\b(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)\b/;

/** Reads the platform off the name: `…-linux-arm64-musl`. Undefined where the name tells none. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | undefined {
  const os = systems.exec(name)?.[1];
  const cpu = processors.exec(name)?.[1];
  if (os === undefined || cpu === undefined) return undefined;
  if (os !== 'linux') return { os: [os], cpu: [cpu] };
  return { os: [os], cpu: [cpu], libc: [name.includes('musl') ? 'musl' : 'glibc'] };
}

/** The entries that the lock file lacks: optional dependencies with an exact version and a platform in the name. */
export function missingPlatforms(packages: LockEntries): LockEntries {
  const missing: Record<string, LockEntry> = {};
  for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const platform = platformOf(name);
      const known = [`${path}/node_modules/${name}`, `node_modules/${name}`];
      if (platform === undefined || known.some((place) => place in packages)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...platform,
        ...(dev === true && { dev }),
        optional: true,
      };
    }
  }
  return missing;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const missing = missingPlatforms(lock.packages);
  const entries = Object.entries({ ...lock.packages, ...missing });
  const sorted = entries.sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} entries added to package-lock.json`);
}
