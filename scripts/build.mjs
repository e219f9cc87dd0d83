// Builds dist/: one file per thing that starts. `report` must not read the screen's half megabyte, so the parts load each
// other when they are needed, and what is slow to set up (string tables, Node's own larger modules) waits for its first use.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { kernelForEsbuild } from './kernel.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
/** What is started. */
const START = 'ddostop.cjs';

/** Parts beside the program itself. Loaded by a dynamic import of `module`, or started as a worker. */
const PARTS = [
  { entry: 'src/app/monitor/monitor-command.ts', file: 'monitor.mjs', module: 'monitor-command.js' },
  { entry: 'src/app/config-file.ts', file: 'config.mjs', module: 'config-file.js' },
  { entry: 'src/app/incidents/open-cases.ts', file: 'cases.mjs', module: 'open-cases.js' },
  { entry: 'src/enrich/geo-databases.ts', file: 'geo.mjs', module: 'geo-databases.js' },
  { entry: 'src/report/capture-page.ts', file: 'page.mjs', module: 'capture-page.js' },
  { entry: 'src/app/watch/watch-command.ts', file: 'watch.mjs', module: 'watch-command.js' },
  { entry: 'src/app/analysis/diff-command.ts', file: 'diff.mjs', module: 'diff-command.js' },
  { entry: 'src/app/incidents/hooks-command.ts', file: 'hooks.mjs', module: 'hooks-command.js' },
  { entry: 'src/app/baselines/baselines-command.ts', file: 'baselines.mjs', module: 'baselines-command.js' },
  { entry: 'src/app/doctor/doctor-command.ts', file: 'doctor.mjs', module: 'doctor-command.js' },
  { entry: 'src/app/mitigate/mitigate-command.ts', file: 'mitigate.mjs', module: 'mitigate-command.js' },
  { entry: 'src/app/incidents/incidents-command.ts', file: 'incidents.mjs', module: 'incidents-command.js' },
  { entry: 'src/app/incidents/notify-command.ts', file: 'notify.mjs', module: 'notify-command.js' },
  { entry: 'src/mitigation/open-mitigation.ts', file: 'door.mjs', module: 'open-mitigation.js' },
  { entry: 'src/app/edge/edge-access.ts', file: 'edge.mjs', module: 'edge-access.js' },
  { entry: 'src/app/ingest/source.ts', file: 'source.mjs', module: 'source.js' },
  { entry: 'src/app/ingest/frame-tap.ts', file: 'recording.mjs', module: 'frame-tap.js' },
  { entry: 'src/app/report/reputation-lists.ts', file: 'reputation.mjs', module: 'reputation-lists.js' },
];
/** Threads. Scripts, not modules: they start 8 ms earlier. */
const WORKERS = [
  { entry: 'src/app/ingest/ingest-worker.ts', file: 'ingest-worker.cjs' },
  { entry: 'src/app/analysis/analysis-worker.ts', file: 'analysis-worker.cjs' },
  { entry: 'src/app/netfilter/netfilter-worker.ts', file: 'netfilter-worker.cjs' },
  { entry: 'src/app/edge/edge-worker.ts', file: 'edge-worker.cjs' },
  { entry: 'collectors/pcap/zstd/zstd-worker.ts', file: 'zstd-worker.cjs' },
];

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  jsx: 'automatic',
  legalComments: 'none',
  external: ['koffi'], // optional and native: found beside the program, or live capture does without
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  logLevel: 'warning',
  write: false,
};

/** CommonJS parts of an ESM bundle call require, of builtins; `import 'node:module'` would load source maps, 6 ms. */
const REQUIRE_BANNER =
  'const require = (name) => process.getBuiltinModule(name) ?? ' +
  "process.getBuiltinModule('module').createRequire(import.meta.url)(name);";

/** What a script has for import.meta.url. */
const SCRIPT_URL = '__scriptUrl';
const SCRIPT_BANNER = `const ${SCRIPT_URL} = require('node:url').pathToFileURL(__filename).href;`;

/** Ink imports its developer tools by name; they are never loaded in production. */
const noDevtools = {
  name: 'no-devtools',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, (args) => ({ path: args.path, namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default undefined;' }));
  },
};

/** The dynamic import of a part stays an import, of the part's own file. */
const otherParts = {
  name: 'other-parts',
  setup({ onResolve }) {
    onResolve({ filter: /\.js$/ }, ({ kind, path }) => {
      const part = PARTS.find(({ module }) => kind === 'dynamic-import' && path.endsWith(`/${module}`));
      return part === undefined ? null : { path: `./${part.file}`, external: true };
    });
  },
};

/** string-width builds a segmenter and the RGI emoji expression when it is loaded, 18 ms; most text never needs them. */
const lazyStringWidth = {
  name: 'lazy-string-width',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^string-width$/ }, async ({ kind, pluginData, resolveDir, importer }) => {
      if (pluginData === 'real') return null;
      const { path } = await resolve('string-width', { kind, resolveDir, importer, pluginData: 'real' });
      return { path, namespace: 'lazy-string-width' };
    });
    onLoad({ filter: /.*/, namespace: 'lazy-string-width' }, ({ path }) => ({
      resolveDir: dirname(path),
      contents: `
        // One cell per code unit, as src/format/cell-text.ts has it (a property test there compares with string-width).
        const PLAIN = /^[\\x20-\\x7e\\u00a1-\\u00ac\\u00ae-\\u00ff\\u2190-\\u21ff\\u2500-\\u25fc\\u2800-\\u28ff]*$/;
        const COLOURS = /\\x1b\\[[0-9;]*m/g;
        let real;
        export default function stringWidth(text, options) {
          if (typeof text === 'string' && options === undefined) {
            const bare = text.includes('\\x1b') ? text.replace(COLOURS, '') : text;
            if (PLAIN.test(bare)) return bare.length;
          }
          real ??= require(${JSON.stringify(path)}).default;
          return real(text, options);
        }`,
    }));
  },
};

/** Builtins that cost milliseconds to load and that a report of a file never calls. Only functions of them are imported. */
const LATE = [
  'child_process',
  'crypto',
  'fs/promises',
  'module',
  'net',
  'readline',
  'readline/promises',
  'stream/promises',
  'timers/promises',
  'tty',
  'v8',
  'vm',
  'zlib',
];

/**
 * Our own imports of builtins without Node's ESM facade, which reads every property of the module: `import 'node:fs'` loads
 * streams. Those in LATE are loaded by the first call; `spawn` becomes a function that gets the real one.
 */
const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, importer }) => {
      if (importer.includes('node_modules') && !(importer.includes('commander') && isLate(path))) return null;
      return { path, namespace: 'builtin', sideEffects: false };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const get = `process.getBuiltinModule(${JSON.stringify(path)})`;
      const names = Object.keys(require(path)).filter((name) => /^[a-z]\w*$/i.test(name));
      const lines = names.map((name) =>
        isLate(path)
          ? `export function ${name}(...args) { return new.target ? new (${get}.${name})(...args) : ${get}.${name}(...args); }`
          : `export const ${name} = /* @__PURE__ */ (() => ${get}.${name})();`,
      );
      return { contents: lines.join('\n') };
    });
  },
};

function isLate(path) {
  return LATE.includes(path.slice('node:'.length));
}

const plugins = [noDevtools, otherParts, lazyStringWidth, builtins, kernelForEsbuild];

async function bundled(entry, { format = 'esm', minify = true, shebang = false } = {}) {
  const start = shebang ? '#!/usr/bin/env node\n' : '';
  const { outputFiles } = await build({
    ...common,
    entryPoints: [entry],
    format,
    minify,
    define: format === 'esm' ? common.define : { ...common.define, 'import.meta.url': SCRIPT_URL },
    banner: { js: `${start}${format === 'esm' ? REQUIRE_BANNER : SCRIPT_BANNER}` },
    plugins,
  });
  return outputFiles[0].contents;
}

function write(outfile, contents) {
  const path = join(root, outfile);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  return path;
}

/** Builds `entry` to the one file `outfile`: tools and benches. */
export async function bundle(entry, outfile, { minify = true } = {}) {
  chmodSync(write(outfile, await bundled(entry, { minify })), 0o755);
}

/** Builds the program into `folder`; returns the path of what to start. Its own file comes last: what it loads is there by then. */
export async function buildProgram(folder, { minify = true } = {}) {
  const parts = await Promise.all([
    ...PARTS.map(async ({ entry, file }) => [file, await bundled(entry, { minify })]),
    ...WORKERS.map(async ({ entry, file }) => [file, await bundled(entry, { format: 'cjs', minify })]),
    bundled('src/cli.tsx', { format: 'cjs', minify }).then((contents) => ['program.js', asFunction(contents)]),
    bundled('src/entry.ts', { format: 'cjs', minify, shebang: true }).then((contents) => [START, contents]),
  ]);
  // V8 knows the source of a cache by its length only: an old one must not outlive what it was made of.
  rmSync(join(root, folder, 'program.cache'), { force: true });
  for (const [file, contents] of parts) {
    if (file === START) writeCodeCache(join(root, folder));
    const path = write(join(folder, file), contents);
    if (file === START) chmodSync(path, 0o755);
  }
  return { path: join(folder, START), sizes: parts.map(([file, { byteLength }]) => [file, byteLength]) };
}

/** What src/entry.ts calls. */
function asFunction(contents) {
  const text = Buffer.from(contents)
    .toString('latin1')
    .replaceAll(/\bimport\((?="\.\/[a-z-]+\.mjs"\))/g, 'load(');
  if (/\bimport\(/.test(text)) throw new Error('build: an import() of program.js that src/entry.ts cannot do for it');
  return Buffer.from(`(function (exports, require, module, __filename, load) {${text}\n})`, 'latin1');
}

/** A process of its own: the cache holds what has run there. Without one the program starts slower, and works. */
function writeCodeCache(folder) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/code-cache.cjs'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 60_000,
  });
  if (status !== 0) console.error('build: no code cache could be written; the program will start slower.');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const startMs = Date.now();
  const { sizes } = await buildProgram('dist');
  const files = sizes.map(([file, bytes]) => `${file} ${Math.round(bytes / 1000)} kB`).join(', ');
  console.error(`built dist/ (${files}) in ${Date.now() - startMs} ms`);
}
