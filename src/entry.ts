/**
 * What `ddostop` starts: the program out of V8's code cache, so that half a megabyte of source is not compiled at every start (30 of 170 ms, and 1 MiB).
 * The build writes the cache with the Node it runs on; another one refuses it, and compiles as ever.
 */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';

/** program.js is one function: what Node would put around a CommonJS module. `load` is its import(), which V8 forgets how to do in code from a cache. */
type Wrapped = (
  exports: object,
  require: NodeJS.Require,
  module: object,
  filename: string,
  load: (part: string) => Promise<unknown>,
) => void;

function cacheBeside(path: string): Buffer | undefined {
  try {
    return readFileSync(path.replace(/\.js$/, '.cache'));
  } catch {
    return undefined; // not built with it, or not to be read by this user
  }
}

const path = `${__dirname}/program.js`;
const script = new Script(readFileSync(path, 'latin1'), {
  filename: path,
  cachedData: cacheBeside(path),
});
(script.runInThisContext() as Wrapped)(exports, require, module, path, (part) => import(part));
