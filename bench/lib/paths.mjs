/** Where things are. */
import { join } from 'node:path';
import { root } from '../../scripts/set-up.mjs';

export { root };
/** Captures and compiled programs. `npm ci` empties the usual place: DDOSTOP_BENCH_CACHE keeps them elsewhere. */
export const cache = process.env.DDOSTOP_BENCH_CACHE ?? join(root, 'node_modules/.cache/ddostop-bench');
export const native = join(root, 'bench/native');
/** The generator, the empty loop, the C reference and the sender, kept outside the project. */
export const shared = process.env.DDOSTOP_BENCH ?? join(root, '../shared/bench');
