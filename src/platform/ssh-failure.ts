/**
 * What an end of ssh means. 255 is ssh's own code (ssh(1), EXIT STATUS) or, rarely, the remote command's. ssh's words are read from its own log,
 * which the remote side cannot write, so "it certainly did not run" is never the remote's claim.
 */
import { UserError } from '../errors.js';
import { type CommandResult, firstLine } from './run-command.js';

const SSH_FAILED = 255;
const UNKNOWN = 'not known whether it ran: ';

/** Ends before a session began. Each with what to do about it. */
const BEFORE_IT_RAN: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /^ssh: Could not resolve hostname /,
    'Check the name, or give it an address in ~/.ssh/config ("HostName 192.0.2.10").',
  ],
  [/^ssh: connect to host /, 'Is sshd running there, on that port, and is the way to it open?'],
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|^Host key verification failed|^No \S+ host key is known for |^\S+ host key for .* (?:has changed|was revoked)/,
    'Compare the host key with one you trust, then connect once by hand to accept it. ddostop never accepts one for you.',
  ],
  [
    /: Permission denied \(|Too many authentication failures/,
    'ddostop never asks for a password: load a key with ssh-add, or name it in ~/.ssh/config ("IdentityFile …").',
  ],
  [
    /^kex_exchange_identification: |^banner exchange: |^Connection timed out during banner exchange|^Unable to negotiate with /,
    'Is that port an ssh server, and does it let this machine in? "ssh -v" says more.',
  ],
  [
    /: line \d+: |^Bad configuration option|bad configuration options|^Bad owner or permissions|^Can't open user config file/,
    'Mend the ssh configuration.',
  ],
  [/^exec request failed on channel /, 'The account there may not run commands; see its shell and sshd_config.'],
];

/** Null: the result is the remote command's own. */
export function sshFailure(
  host: string,
  argv: readonly string[],
  result: CommandResult,
  log: string,
): UserError | null {
  const { code, signal } = result;
  if (code !== null && code !== SSH_FAILED) return null;
  const refusal = code === SSH_FAILED ? refusalIn(log) : null;
  if (refusal !== null) {
    return new UserError(
      'HOST_UNREACHABLE',
      `no ssh connection to ${host}: ${firstLine(refusal.line)}`,
      `${refusal.hint} To see for yourself: ssh -- ${host} true`,
    );
  }
  const said =
    firstLine(log) || firstLine(result.stderr) || (code === null ? `ssh was ended by ${signal}` : 'ssh ended with 255');
  return hostUnknown(host, argv, said);
}

/** The way to the host broke, or nobody answered: nobody knows. */
export function hostUnknown(host: string, argv: readonly string[], said: string, cause?: unknown): UserError {
  return new UserError(
    'HOST_UNKNOWN',
    `"${firstLine(argv.join(' '))}" on ${host}: ${UNKNOWN}${said}`,
    'Read the state there again before acting.',
    { cause },
  );
}

/** The same of a command that did nothing but connect: what did not become of it is no doubt about another. */
export function neverRan(host: string, error: unknown): unknown {
  if (!(error instanceof UserError) || error.code !== 'HOST_UNKNOWN') return error;
  const said = error.what.slice(error.what.indexOf(UNKNOWN) + UNKNOWN.length);
  const hint = `Nothing was run. To see for yourself: ssh -- ${host} true`;
  return new UserError('HOST_UNREACHABLE', `no ssh connection to ${host}: ${said}`, hint, { cause: error });
}

/** What the account there makes of a command that does nothing; null when that is nothing. */
export function uselessAccount(host: string, { code, stdout, stderr }: CommandResult): UserError | null {
  const said = firstLine(stdout) || firstLine(stderr);
  if (code !== 0) {
    return new UserError(
      'HOST_UNREACHABLE',
      `the account on ${host} runs no commands: ${said || `"true" ended with ${code}`}`,
      'Give it a shell (see /etc/passwd there, ForceCommand in sshd_config), or use another account.',
    );
  }
  if (stdout === '') return null;
  return new UserError(
    'HOST_NOISY',
    `the shell of the account on ${host} prints ahead of every command: ${said}`,
    'Let it print in terminals only; at the top of ~/.bashrc there: case $- in *i*) ;; *) return ;; esac',
  );
}

function refusalIn(log: string): { readonly line: string; readonly hint: string } | null {
  const lines = log.split('\n').map((line) => line.replace(/^@ +| +@\s*$/g, '').trim());
  for (const [pattern, hint] of BEFORE_IT_RAN) {
    const line = lines.find((candidate) => pattern.test(candidate));
    if (line !== undefined) return { line, hint };
  }
  return null;
}
