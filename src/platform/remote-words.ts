/**
 * The text a remote shell is given. sshd joins what ssh sends and hands it to the account's shell (sshd(8), "LOGIN PROCESS"), so every word is
 * quoted here: with `ssh host nft add table inet 'x; echo INJECTED'` the second command runs. Data goes to stdin, never into this text.
 */
import { UserError } from '../errors.js';

/** Accounts often lack the sbin folders; messages are read, so they must not be translated. */
const SURROUNDINGS = 'PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C';
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const PROGRAM = /^[A-Za-z0-9_/][A-Za-z0-9._+/-]{0,255}$/;
/** Far below the kernel's 128 KiB for one argument (MAX_ARG_STRLEN), which the whole text becomes. */
const MAX_WORD = 16_384;

export interface RemoteCommand {
  readonly argv: readonly string[];
  /** So many bytes come on stdin, none of them 0; 0: nothing does. */
  readonly inputBytes: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the rest of its words with all of stdin, or not at all: where the connection breaks, what had come by then ends like any input, and half of a
 * text is a transaction too, for nft's own language as for "ipset restore". A pipe, since sshd gives a socket, which nft cannot open by name (ENXIO).
 */
const WHOLE_INPUT = `i=$(cat; echo x); [ "\${#i}" -eq "$(($1 + 1))" ] || { echo "input cut off" >&2; exit 255; }; shift; printf %s "\${i%x}" | "$@"`;

/** One command that ends by itself. */
export function remoteText({ argv, inputBytes, env = {} }: RemoteCommand): string {
  const words = commandWords(argv);
  const all =
    inputBytes === 0 ? words : `${commandWords(['sh', '-c', WHOLE_INPUT, 'sh', String(inputBytes)])} ${words}`;
  return `${surroundings(env)} ${all}`;
}

/**
 * One command that goes on until stdin ends, which it does when ssh is gone, however: a command without output would otherwise stay there.
 * The watcher is one process without outputs: sshd holds the session open for whoever has them.
 */
export function remoteFollowText(argv: readonly string[]): string {
  const watch = '(while read -r x <&3; do :; done; kill "$p") >/dev/null 2>&1 & w=$!';
  return `exec 3<&0; ${surroundings({})} ${commandWords(argv)} </dev/null 3<&- & p=$!; ${watch}; wait "$p"; c=$?; kill "$w" 2>/dev/null; exit "$c"`;
}

/** As one word of a POSIX shell, whatever it holds. Throws BAD_REMOTE_WORD for control characters: no argument of ours has any. */
export function quoteWord(word: string): string {
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(word) || word.length > MAX_WORD) {
    throw new UserError(
      'BAD_REMOTE_WORD',
      `expected a word of at most ${MAX_WORD} characters without control characters, got ${JSON.stringify(word.slice(0, 60))}`,
      'Nothing was run.',
    );
  }
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function commandWords(argv: readonly string[]): string {
  const [program = ''] = argv;
  if (!PROGRAM.test(program)) {
    throw new UserError(
      'BAD_REMOTE_WORD',
      `expected the name of a program, got ${JSON.stringify(program.slice(0, 60))}`,
      'Nothing was run.',
    );
  }
  return argv.map(quoteWord).join(' ');
}

function surroundings(env: NonNullable<RemoteCommand['env']>): string {
  const set: string[] = [];
  const unset: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!NAME.test(name)) {
      throw new UserError('BAD_REMOTE_WORD', `"${name.slice(0, 60)}" is no name of a variable`, 'Nothing was run.');
    }
    if (value === undefined) unset.push(`-u ${name}`);
    else set.push(`${name}=${quoteWord(value)}`);
  }
  const assigned = [...set, SURROUNDINGS].join(' ');
  return unset.length === 0 ? assigned : `${assigned} env ${unset.join(' ')}`;
}
