/** A table of what was verified. */

export interface Line {
  readonly name: string;
  readonly detail: string;
  /** Empty: all is well. */
  readonly failures: readonly string[];
}

const NAME_CELLS = 76;

/** Prints them; returns how many failures there are. */
export function printLines(title: string, lines: readonly Line[]): number {
  console.log(`\n${title}`);
  for (const { name, detail, failures } of lines) {
    console.log(`  ${failures.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(NAME_CELLS)} ${detail}`);
    for (const failure of failures) console.log(`           ${failure}`);
  }
  return lines.reduce((sum, { failures }) => sum + failures.length, 0);
}
