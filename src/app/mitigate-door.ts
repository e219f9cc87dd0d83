/** The door `ddostop mitigate` acts through. */
import { UserError } from '../errors.js';
import { visibleLines } from '../format/clean-text.js';
import { type OpenFirewall, openFirewall } from './firewall-access.js';
import type { MitigateAction } from './mitigate-command.js';
import { backendOf, type MitigateOptions } from './mitigate-options.js';
import { type MitigateIo, write } from './mitigate-output.js';

export async function openDoor(
  action: MitigateAction,
  options: MitigateOptions,
  io: MitigateIo,
): Promise<OpenFirewall> {
  const readOnly = options.readOnly === true || action === 'log' || (action === 'plan' && options.unchecked === true);
  const wish = { readOnly, allowList: options.allowList ?? [], ...(io.open === undefined ? {} : { open: io.open }) };
  try {
    const firewall = await openFirewall({ ...options, backend: backendOf(options) }, wish);
    if (firewall.isThroughSudo && options.sudo !== true)
      await write(io.stderr, 'no right of our own to the firewall: acting through "sudo -n"\n');
    return firewall;
  } catch (error) {
    throw await withLinesTold(error, io);
  }
}

/** An error is one line; the lines of a file that its hint holds go before it, to be copied. */
async function withLinesTold(error: unknown, io: MitigateIo): Promise<unknown> {
  if (!(error instanceof UserError) || !error.hint.includes('\n')) return error;
  const [first = '', ...lines] = error.hint.trimEnd().split('\n');
  await write(io.stderr, `${visibleLines(lines.join('\n'))}\n\n`);
  return new UserError(error.code, error.what, `${first} the lines above.`, { cause: error });
}
