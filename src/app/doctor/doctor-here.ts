/** What only this machine has: Node, a terminal, an ssh client, a place for the audit log. */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, UserError } from '../../errors.js';
import { defaultAuditPath } from '../../mitigation/audit-log.js';
import { firstLine, runCommand } from '../../platform/run-command.js';
import { detectCapabilities, type Environment } from '../../terminal/capabilities.js';
import { type DoctorCheck, missing, refused, works } from './doctor-check.js';

/** package.json, "engines". */
const NODE_NEEDED = [20, 19] as const;
/** Below, panels are left out until nothing is left. */
const LEAST_CELLS = { columns: 60, rows: 20 };

/** What of process.stdout is looked at. */
export interface OutputShape {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export function checkNode(version = process.versions.node): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1]);
  const detail = `${version} (${NODE_NEEDED.join('.')} or later)`;
  return isEnough
    ? works('node', 'Node', detail)
    : missing('node', 'Node', detail, 'Install a newer Node: https://nodejs.org');
}

export function checkTerminal({ isTTY, columns = 0, rows = 0 }: OutputShape, env: Environment): DoctorCheck {
  const id = 'terminal';
  if (isTTY !== true)
    return missing(id, id, 'stdout is no terminal: reports only, no screen', 'Run it in a terminal; over ssh: ssh -t');
  const { depth, unicode, remote } = detectCapabilities(env);
  const colours = { mono: 'no colours', '16': '16 colours', '256': '256 colours', truecolor: 'all colours' }[depth];
  const parts = [`${columns}x${rows}`, colours, unicode ? 'Unicode' : 'ASCII only', ...(remote ? ['over ssh'] : [])];
  const detail = parts.join(', ');
  if (columns > 0 && (columns < LEAST_CELLS.columns || rows < LEAST_CELLS.rows)) {
    return refused(
      id,
      id,
      detail,
      `Make it ${LEAST_CELLS.columns}x${LEAST_CELLS.rows} or larger; 80x24 shows everything.`,
    );
  }
  if (!unicode && env['TERM'] !== 'linux')
    return { ...works(id, id, detail), fix: 'export LANG=C.UTF-8   shows lines and blocks instead of letters' };
  return works(id, id, detail);
}

export async function checkSshClient(): Promise<DoctorCheck> {
  try {
    const { stderr, stdout } = await runCommand(['ssh', '-V'], { timeoutMs: 5000 });
    return works('ssh', 'ssh client', firstLine(stderr) || firstLine(stdout));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return missing('ssh', 'ssh client', error.what, 'sudo apt-get install openssh-client   for --host and --ssh');
  }
}

/** Asked of the nearest folder that exists: looking must not make one. */
export function checkAuditLog(path = defaultAuditPath()): DoctorCheck {
  let place = path;
  for (;;) {
    try {
      accessSync(place, constants.W_OK);
      return works('audit-log', 'audit log', path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(place) === place) {
        const fix = 'export XDG_STATE_HOME=FOLDER   one that can be written; without it nothing is applied';
        return refused('audit-log', 'audit log', messageOf(error), fix);
      }
      place = dirname(place);
    }
  }
}
