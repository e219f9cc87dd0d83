/** The door `ddostop mitigate` acts through. */
import { cleanText } from '../../format/clean-text.js';
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
  const tell = (text: string) => void write(io.stderr, `${cleanText(text, 1000)}\n`);
  const wish = {
    readOnly,
    allowList: options.allowList ?? [],
    tell,
    ...(io.open === undefined ? {} : { open: io.open }),
  };
  const firewall = await openFirewall({ ...options, backend: backendOf(options) }, wish);
  if (firewall.isThroughSudo && options.sudo !== true)
    await write(io.stderr, 'no right of our own to the firewall: acting through "sudo -n"\n');
  return firewall;
}
