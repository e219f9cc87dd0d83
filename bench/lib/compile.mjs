/** C programs of the benches, built once into the cache and again when their source is newer. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from './bench-error.mjs';
import { cache, native, shared } from './paths.mjs';

const PROGRAMS = {
  timed: { folder: native, libraries: [] },
  exact: { folder: native, libraries: [] },
  count_live: { folder: native, libraries: ['-lpcap'] },
  onset: { folder: native, libraries: [] },
  gen: { folder: shared, libraries: ['-lm'] },
  noop_pcap: { folder: shared, libraries: ['-lpcap'] },
  floor: { folder: shared, libraries: [] },
  blast: { folder: shared, libraries: [] },
};

/** Path of the program `name`. */
export function compiled(name) {
  const { folder, libraries } = PROGRAMS[name];
  const source = join(folder, `${name}.c`);
  if (!existsSync(source)) throw new BenchError(`no ${source}. Set DDOSTOP_BENCH to the folder that has ${name}.c.`);
  return build(source, join(cache, name), libraries);
}

/** The constants of the generator's random numbers, as its source has them. */
const SEEDS = /s0=0x[0-9A-F]+ULL,s1=0x[0-9A-F]+ULL/;

/** The generator with other random numbers; seed 0 is the one as it is. */
export function generator(seed) {
  if (seed === 0) return compiled('gen');
  compiled('gen');
  const text = readFileSync(join(shared, 'gen.c'), 'utf8');
  if (!SEEDS.test(text)) throw new BenchError('gen.c has no seed that could be replaced (s0=0x...ULL,s1=0x...ULL).');
  const source = join(cache, `gen-seed${seed}.c`);
  const words = [0, 1].map((word) => (BigInt(seed * 2 + word + 1) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn);
  const changed = text.replace(SEEDS, `s0=0x${words[0].toString(16)}ULL,s1=0x${words[1].toString(16)}ULL`);
  if (!existsSync(source) || readFileSync(source, 'utf8') !== changed) writeFileSync(source, changed);
  return build(source, join(cache, `gen-seed${seed}`), PROGRAMS.gen.libraries);
}

function build(source, program, libraries) {
  mkdirSync(cache, { recursive: true });
  if (existsSync(program) && statSync(program).mtimeMs >= statSync(source).mtimeMs) return program;
  const { status, error, stderr } = spawnSync('cc', ['-O2', '-w', '-o', program, source, ...libraries], {
    encoding: 'utf8',
  });
  if (status === 0) return program;
  const what = error?.code === 'ENOENT' ? 'no C compiler' : `cc cannot build ${source}: ${stderr}`;
  throw new BenchError(`${what}\n  apt-get install gcc libc6-dev libpcap-dev`);
}
