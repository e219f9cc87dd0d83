// Prints imports that leave the table of ARCHITECTURE.md ("who may import whom"): a reason to talk, not a gate.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './set-up.mjs';

const ALLOWED = {
  'src/records': ['src/errors.ts'],
  'src/kernel': ['src/records'],
  'src/sketch': ['src/kernel'],
  'src/format': [],
  'src/decode': ['src/records', 'src/kernel'],
  'src/layer7': ['src/records', 'src/kernel', 'src/decode', 'src/sketch'],
  'src/aggregate': [
    'src/records',
    'src/kernel',
    'src/sketch',
    'src/format',
    'src/decode',
    'src/layer7',
    'src/errors.ts',
    'src/snapshot/rules-view.ts',
  ],
  'src/snapshot': ['src/records', 'src/sketch', 'src/aggregate', 'src/format'],
  'src/detect': ['src/records', 'src/kernel', 'src/snapshot', 'src/sketch', 'src/config', 'src/format'],
  'src/signature': ['src/records', 'src/snapshot', 'src/sketch', 'src/decode', 'src/format', 'src/errors.ts'],
  'src/incident': [
    'src/records',
    'src/sketch',
    'src/snapshot',
    'src/detect',
    'src/signature',
    'src/platform',
    'src/format',
    'src/errors.ts',
  ],
  'src/pipeline': [
    'src/records',
    'src/kernel',
    'src/sketch',
    'src/decode',
    'src/layer7',
    'src/aggregate',
    'src/snapshot',
    'src/detect',
    'src/incident',
    'src/config',
    'src/format',
    'src/errors.ts',
  ],
  'src/report': [
    'src/records',
    'src/layer7',
    'src/aggregate',
    'src/snapshot',
    'src/pipeline',
    'src/incident',
    'src/mitigation',
    'src/signature',
    'src/format',
    'src/errors.ts',
  ],
  'src/mitigation': [
    'src/incident',
    'src/signature',
    'src/platform',
    'src/config',
    'src/errors.ts',
    'src/format',
    'src/records',
  ],
  'src/hooks': ['src/incident', 'src/config', 'src/platform', 'src/format', 'src/errors.ts'],
  'src/recording': ['src/records', 'src/decode', 'src/format', 'src/platform', 'src/errors.ts'],
  'src/enrich': ['src/config', 'src/platform', 'src/errors.ts', 'src/format', 'src/sketch', 'src/records'],
  'src/platform': ['src/errors.ts'],
  'src/terminal': ['src/platform', 'src/errors.ts', 'src/format'],
  'src/scenario': ['src/records', 'src/format'],
  'collectors/pcap': ['src/records', 'src/sketch', 'src/platform', 'src/config', 'src/errors.ts', 'src/format'],
  'collectors/ring': ['src/records', 'src/platform', 'src/errors.ts', 'src/format', 'collectors/pcap'],
  // A thread of its own takes the log in; what a session's status is made of is in the snapshot.
  'collectors/cloudflare': ['src/records', 'src/platform', 'src/errors.ts', 'src/format', 'src/snapshot'],
  // Runs whole in a worker of its own: counters in, the view of the screen out.
  'collectors/netfilter': [
    'src/records',
    'src/platform',
    'src/aggregate',
    'src/snapshot',
    'src/errors.ts',
    'src/format',
  ],
  components: ['src/snapshot', 'src/incident', 'src/mitigation', 'src/signature', 'src/format', 'src/records'],
};

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.tsx?$/.test(name) && !/\.(test|bench)\.tsx?$/.test(name) ? [path] : [];
  });
}

let count = 0;
for (const [folder, allowed] of Object.entries(ALLOWED)) {
  let paths = [];
  try {
    paths = files(join(root, folder));
  } catch {
    continue; // a folder a later version brings
  }
  for (const path of paths) {
    for (const [, target] of readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      const to = relative(root, join(dirname(path), target)).replace(/\.js$/, '.ts');
      if (to.startsWith(`${folder}/`) || allowed.some((entry) => to === entry || to.startsWith(`${entry}/`))) continue;
      console.log(`${relative(root, path)} imports ${to}`);
      count += 1;
    }
  }
}
console.log(count === 0 ? 'every import keeps to the table' : `${count} imports leave the table`);
