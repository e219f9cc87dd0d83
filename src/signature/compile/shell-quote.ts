/** An argument as a POSIX shell reads it back: single quotes, and for a quote inside '\''. */
export function quoteForShell(argument: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

export function shellLine(argv: readonly string[]): string {
  return argv.map(quoteForShell).join(' ');
}
