/** The door `ddostop mitigate` acts through: here or over ssh, as we are or through sudo, one firewall or the other. */
import { UserError } from '../errors.js';
import type { FirewallDoor } from '../mitigation/firewall-door.js';
import type { OpenMitigationOptions } from '../mitigation/open-mitigation.js';
import { visibleLines } from '../format/clean-text.js';
import { type Host, localHost } from '../platform/host.js';
import type { MitigateAction } from './mitigate-command.js';
import { backendOf, type MitigateOptions } from './mitigate-options.js';
import { type MitigateIo, write } from './mitigate-output.js';

export interface OpenDoor {
  readonly door: FirewallDoor;
  close(): Promise<void>;
}

export async function openDoor(action: MitigateAction, options: MitigateOptions, io: MitigateIo): Promise<OpenDoor> {
  const readOnly = options.readOnly === true || action === 'log' || (action === 'plan' && options.unchecked === true);
  const host = await openHost(options);
  try {
    const wish: OpenMitigationOptions = {
      readOnly,
      host,
      backend: backendOf(options),
      ...(options.allowList === undefined ? {} : { allowList: options.allowList }),
    };
    return { door: await openBest(wish, options, io), close: () => host.close() };
  } catch (error) {
    await host.close();
    throw await withLinesTold(error, io);
  }
}

async function openHost({ on, sshConfig }: MitigateOptions): Promise<Host> {
  if (on === undefined) return localHost();
  const { openSshHost } = await import('../platform/ssh-host.js');
  return openSshHost(on, sshConfig === undefined ? {} : { configFile: sshConfig });
}

/** As we are; where that has no right, through sudo without a password, and then it says so. */
async function openBest(wish: OpenMitigationOptions, options: MitigateOptions, io: MitigateIo): Promise<FirewallDoor> {
  const open = io.open ?? (await import('../mitigation/open-mitigation.js')).openMitigation;
  const throughSudo = async () => {
    const { withSudo } = await import('../platform/sudo-host.js');
    return open({ ...wish, host: withSudo(wish.host ?? localHost()) });
  };
  if (options.sudo === true) return throughSudo();
  try {
    return await open(wish);
  } catch (error) {
    if (!(error instanceof UserError && error.code.endsWith('_PERMISSION'))) throw error;
    const door = await throughSudo().catch((other: unknown) => {
      throw neitherWay(error, other);
    });
    await write(io.stderr, 'no right of our own to the firewall: acting through "sudo -n"\n');
    return door;
  }
}

/** The first refusal says what there is no right to; sudo's says which lines would give it. A broken way to the host comes before both. */
function neitherWay(plain: UserError, raised: unknown): unknown {
  if (!(raised instanceof UserError) || raised.code.startsWith('HOST_')) return raised;
  if (raised.code !== 'SUDO_REFUSED') return plain;
  return new UserError(plain.code, `${plain.what}; ${raised.what}`, raised.hint, { cause: raised });
}

/** An error is one line; the lines of a file that its hint holds go before it, to be copied. */
async function withLinesTold(error: unknown, io: MitigateIo): Promise<unknown> {
  if (!(error instanceof UserError) || !error.hint.includes('\n')) return error;
  const [first = '', ...lines] = error.hint.trimEnd().split('\n');
  await write(io.stderr, `${visibleLines(lines.join('\n'))}\n\n`);
  return new UserError(error.code, error.what, `${first} the lines above.`, { cause: error });
}
