/**
 * The second half of `npm run build` (`node scripts/bundle.ts [folder]`): one file per entry of the package and per part that entries share, in the place of one per
 * source file. Loading a file costs Node some 0.3 ms, and a program on Kafka needs three hundred of them. Declarations stay as
 * tsc has written them.
 */
import { readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { rolldown } from 'rolldown';

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/** Where tsc has put the declarations. */
const [folder = 'dist'] = process.argv.slice(2);
const { bin, exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

/** `dist/config/index.js` → `config/index`, for all that a user can name. */
const entries = [...Object.values(bin), ...Object.values(exports)]
  .map((target) => (typeof target === 'string' ? target : target.default))
  .flatMap((file) => /^\.\/dist\/(.*)\.js$/.exec(file)?.[1] ?? []);

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  platform: 'node',
  // The oldest Node of `engines` has no `using`.
  transform: { target: 'node22.22' },
  // Packages stay where they are installed, and are loaded when they are needed; helpers for the older syntax come along.
  external: /^(?!@oxc-project\/)[@\w]/,
  treeshake: false,
});
await bundle.write({
  dir: folder,
  format: 'esm',
  sourcemap: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'parts/[name]-[hash].js',
});
await bundle.close();
for (const file of Object.values(bin)) await chmod(file.replace('./dist', folder), 0o755);
