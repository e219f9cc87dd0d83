// Compiles src/kernel/wasm (AssemblyScript) to WebAssembly; kept in node_modules/.cache until a source changes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = 'src/kernel/wasm';
const entry = `${folder}/kernel.ts`;
const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory', '--use', 'abort='];

/** The module as bytes. Throws with the compiler's words when the sources do not compile. */
export async function kernelBytes() {
  const cached = join(root, 'node_modules/.cache/ddostop-kernel', `${fingerprint()}.wasm`);
  if (existsSync(cached)) return readFileSync(cached);
  const { default: asc } = await import('assemblyscript/asc');
  let bytes = null;
  const { error, stderr } = await asc.main([entry, '--outFile', 'kernel.wasm', '--baseDir', root, ...flags], {
    writeFile: (_name, contents) => {
      bytes = contents;
    },
  });
  if (error !== null || bytes === null) throw new Error(`${entry} does not compile:\n${stderr.toString()}`);
  mkdirSync(dirname(cached), { recursive: true });
  writeFileSync(cached, bytes);
  return bytes;
}

/** Of everything the result depends on. */
function fingerprint() {
  const hash = createHash('sha256').update(flags.join(' '));
  const shared = ['src/kernel/layout.ts', 'src/kernel/class-numbers.ts', 'src/records/batch-layout.ts'];
  const sources = readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  for (const path of ['package-lock.json', 'scripts/kernel.mjs', ...shared, ...sources.sort()]) {
    hash.update(path).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex').slice(0, 32);
}

/** `import bytes from 'kernel:wasm'` for esbuild. */
export const kernelForEsbuild = {
  name: 'kernel',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^kernel:wasm$/ }, (args) => ({ path: args.path, namespace: 'kernel' }));
    onLoad({ filter: /.*/, namespace: 'kernel' }, async () => ({
      contents: await kernelBytes(),
      loader: 'binary',
      watchDirs: [join(root, folder)],
    }));
  },
};

/** The same for Vite and Vitest. */
export const kernelForVite = {
  name: 'kernel',
  resolveId: (id) => (id === 'kernel:wasm' ? '\0kernel:wasm' : null),
  async load(id) {
    if (id !== '\0kernel:wasm') return null;
    const text = Buffer.from(await kernelBytes()).toString('base64');
    return `export default Uint8Array.from(Buffer.from('${text}', 'base64'));`;
  },
};
