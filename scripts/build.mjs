// Builds dist/ddostop.mjs, one file: the program, with the ingest worker inside as text.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  logLevel: 'warning',
};

/** CommonJS parts of an ESM bundle call require. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Ink imports its developer tools by name; they are never loaded in production. */
const noDevtools = {
  name: 'no-devtools',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, (args) => ({ path: args.path, namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default undefined;' }));
  },
};

/** `import source from 'ingest-worker:source'` is the bundled text of src/app/ingest-worker.ts. */
function workerSource(minify) {
  return {
    name: 'worker-source',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^ingest-worker:source$/ }, (args) => ({ path: args.path, namespace: 'worker' }));
      onLoad({ filter: /.*/, namespace: 'worker' }, async () => {
        const { outputFiles } = await build({
          ...common,
          format: 'cjs', // a worker started from text is a script
          entryPoints: ['src/app/ingest-worker.ts'],
          minify,
          write: false,
        });
        return {
          contents: outputFiles[0].text,
          loader: 'text',
          watchDirs: [join(root, 'src'), join(root, 'collectors')],
        };
      });
    },
  };
}

/** Builds `entry` to `outfile`; returns the size in bytes. */
export async function bundle(entry, outfile, { minify = true, shebang = false } = {}) {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [entry],
    jsx: 'automatic',
    minify,
    banner: { js: `${shebang ? '#!/usr/bin/env node\n' : ''}${REQUIRE_BANNER}` },
    plugins: [noDevtools, workerSource(minify)],
    write: false,
  });
  const path = join(root, outfile);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, outputFiles[0].contents);
  chmodSync(path, 0o755);
  return outputFiles[0].contents.byteLength;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const startMs = Date.now();
  const bytes = await bundle('src/cli.tsx', 'dist/ddostop.mjs', { shebang: true });
  console.error(`built dist/ddostop.mjs (${Math.round(bytes / 1000)} kB) in ${Date.now() - startMs} ms`);
}
