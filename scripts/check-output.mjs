// Ways to the terminal beside the known ones: a panel that writes text of its own, a console.log that was forgotten, a write to stdout
// behind the back of src/terminal. Lists them and ends with 1 when there is any. Another folder than this one may be named.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './set-up.mjs';

/** What leads to a terminal, and who may use it. `within`: only looked for in files so named. */
const WAYS = [
  {
    what: 'process.stdout',
    pattern: /\bprocess\s*\.\s*stdout\b/,
    only: [
      'src/app/standard-output.ts', // results of commands: made of clean text
      'src/app/command-line.ts', // asks whether it is a terminal
      'src/app/mitigate/mitigate-output.ts', // results of mitigate
      'src/terminal/terminal.ts', // the one owner of the screen
    ],
  },
  {
    what: 'process.stderr',
    pattern: /\bprocess\s*\.\s*stderr\b/,
    only: [
      'src/app/standard-error.ts', // messages, written out
      'src/app/ingest/capture-reading.ts', // progress: numbers and a clean name
      'src/app/mitigate/mitigate-output.ts',
      'src/terminal/exit-guard.ts', // a bug, written out
      'src/terminal/log-ring.ts', // catches what others write
    ],
  },
  { what: 'console', pattern: /\bconsole\s*[.[]/, only: ['src/terminal/log-ring.ts'] },
  {
    what: 'a file descriptor',
    pattern: /\bwritev?Sync\s*\(|\/dev\/(?:tty|std|fd)/,
    only: [
      'src/app/standard-output.ts',
      'src/terminal/terminal-channel.ts',
      'src/terminal/keyboard.ts', // reads /dev/tty
      'src/platform/run-command.ts', // standard input of a child
      'src/platform/durable-file.ts',
      'src/recording/disk.ts', // files
      'src/mitigation/audit-log.ts',
    ],
  },
  {
    // Whatever a panel draws goes through Block, where lines are guarded; panels and screens need nothing of Ink but boxes.
    what: 'text of Ink',
    pattern: /from 'ink'(?<!import \{ Box \} from 'ink')|<(?:Text|Transform|Static|Newline)\b/,
    only: ['components/widgets/Block.tsx', 'src/app/screen/stage.tsx'],
  },
  {
    what: 'JSON as a result: visibleJson hides nothing',
    pattern: /\bJSON\.stringify\(/,
    within: /^src\/(?:app\/.*command|report\/)/,
    only: [],
  },
];

const FOLDERS = ['src', 'components', 'collectors'];

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.tsx?$/.test(name) && !/\.(test|bench|fixture)\.tsx?$/.test(name) ? [path] : [];
  });
}

/** Lines without comments. */
function codeLines(path) {
  const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
  return text.split('\n').map((line) => line.replace(/(^|\s)\/\/.*$/, ''));
}

function waysIn(path, name) {
  const ways = WAYS.filter(({ only, within }) => !only.includes(name) && (within?.test(name) ?? true));
  return codeLines(path).flatMap((line, i) =>
    ways.filter(({ pattern }) => pattern.test(line)).map(({ what }) => `${name}:${i + 1}: ${what}: ${line.trim()}`),
  );
}

const folder = process.argv[2] ?? root;
const paths = FOLDERS.map((name) => join(folder, name))
  .filter(existsSync)
  .flatMap(files);
const found = paths.flatMap((path) => waysIn(path, relative(folder, path)));
for (const line of found) console.log(line);
console.log(
  found.length === 0
    ? 'nothing reaches the terminal but by the known ways'
    : `${found.length} unknown ways to the terminal`,
);
process.exitCode = found.length === 0 ? 0 : 1;
