/** A host that is a network namespace of the lab: real tools, real kernel, /proc as seen from inside. */

import { UserError } from '../../src/errors.js';
import { followCommand } from '../../src/platform/follow-command.js';
import { type Host, localHost } from '../../src/platform/host.js';
import { type CommandOptions, runCommand } from '../../src/platform/run-command.js';

export interface NamespaceHostOptions {
  /** Words in front of every command: another user, fewer rights. */
  readonly through?: readonly string[];
  /** Only these programs are there. */
  readonly programs?: readonly string[];
  readonly name?: string;
  /** Every command that was run. */
  readonly onRun?: (argv: readonly string[]) => void;
}

export function namespaceHost(namespace: string, options: NamespaceHostOptions = {}): Host {
  const { through = [], programs, name = '', onRun } = options;
  const inside = (argv: readonly string[]) => {
    const program = argv[0] ?? '';
    onRun?.(argv);
    if (programs !== undefined && !programs.includes(program)) {
      throw new UserError('COMMAND_MISSING', `"${program}" was not found on PATH, /usr/sbin or /sbin`, 'Install it.');
    }
    return ['ip', 'netns', 'exec', namespace, ...through, ...argv];
  };
  return {
    ...localHost(),
    name,
    run: async (argv, runOptions?: CommandOptions) => runCommand(inside(argv), runOptions),
    follow: async (argv, onLine, signal) => followCommand(inside(argv), onLine, signal),
    readText: async (path) => {
      const { code, stdout, stderr } = await runCommand([
        'ip',
        'netns',
        'exec',
        namespace,
        ...through,
        'cat',
        '--',
        path,
      ]);
      if (code !== 0) throw new Error(stderr);
      return stdout;
    },
  };
}
