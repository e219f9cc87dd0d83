/**
 * Cuts an ssh connection at a chosen moment of a chosen command: on the server a script goes by the program's name, and kills the sshd that serves it
 * before it runs the program, with its input taken and before it runs it, or after it and before anybody hears.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_BASHRC } from './ssh-config.js';
import { findProgram } from './system.js';

/** gone: as after, and the host is not there any more. */
export type CutAt = 'before' | 'during' | 'after' | 'gone';

const SCRIPT = (program: string, folder: string, args: string) => `#!/bin/sh
cut() {
  pid=$$
  while [ "$pid" -gt 1 ]; do
    read -r name < "/proc/$pid/comm"
    case "$name" in sshd*) break ;; esac
    while read -r key value; do [ "$key" = PPid: ] && parent=$value; done < "/proc/$pid/status"
    pid=$parent
  done
  [ "$1" = gone ] && kill -9 "$(cat ${folder}/server)"
  kill -9 "$pid"
}
how=
case "$*" in
  ${args}) [ -e ${folder}/how ] && read -r how < ${folder}/how && rm ${folder}/how ;;
esac
case "$how" in
  before) cut; exit 1 ;;
  during) cat > ${folder}/input; cut; exec ${program} "$@" < ${folder}/input ;;
  after|gone) ${program} "$@"; code=$?; cut "$how"; exit $code ;;
  *) exec ${program} "$@" ;;
esac
`;

export class SshCutter {
  readonly folder = mkdtempSync(join(tmpdir(), 'ddostop-cut-'));

  /** `args`: a pattern of sh, of the arguments of the call that is cut. */
  constructor(program: string, args: string) {
    const path = join(this.folder, program);
    writeFileSync(path, SCRIPT(findProgram(program) as string, this.folder, args));
    chmodSync(path, 0o755);
  }

  /** For sshd_config: sessions find the script first. */
  get serverLine(): string {
    return `SetEnv PATH=${this.folder}:/usr/local/bin:/usr/bin:/bin ${NO_BASHRC}`;
  }

  /** The next such call. `serverPid`: of the sshd that listens. */
  arm(at: CutAt, serverPid: number): void {
    writeFileSync(join(this.folder, 'server'), `${serverPid}\n`);
    writeFileSync(join(this.folder, 'how'), `${at}\n`);
  }

  get hasCut(): boolean {
    return !existsSync(join(this.folder, 'how'));
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
