/** Words of rules that name what belongs to a mitigation: its id is not known yet when they are written. */

/** For the name of the n-th list. */
export function setPlace(number: number): string {
  return `SET(${number})`;
}

/** For the name of the n-th limit. */
export function limitName(number: number): string {
  return `LIMIT(${number})`;
}

/** Above so many packets a second of all that gets here together. */
export function aboveWords(pps: number, number: number): string[] {
  const rate = ['--hashlimit-above', `${pps}/sec`, '--hashlimit-burst', `${pps}`];
  return ['-m', 'hashlimit', ...rate, '--hashlimit-name', limitName(number)];
}
