/** The error of a host whose firewall no tool tells, with what to do about it. */
import { UserError } from '../../src/errors.js';
import type { Gathering } from './gathering.js';

export function nothingWorks({ failures, partial }: Gathering): UserError {
  const denied = failures.find(({ state }) => state === 'denied');
  if (denied !== undefined) {
    return new UserError(
      'NFT_PERMISSION',
      `cannot read the firewall's counters: ${denied.why}`,
      'Reading them needs CAP_NET_ADMIN: run as root, or allow the reading commands with sudo ("ddostop doctor" prints the lines).',
    );
  }
  if (failures.length > 0 && failures.every(({ state }) => state === 'missing')) {
    return new UserError(
      'NFT_MISSING',
      "cannot read the firewall's counters: neither nft nor iptables-save is installed",
      'Install nftables (apt-get install nftables), or extend PATH.',
    );
  }
  const why = failures.find(({ state }) => state === 'failed')?.why ?? partial.join('; ');
  return new UserError('FIREWALL_UNREAD', `cannot read the firewall's counters: ${why}`, 'Run that command by hand.');
}
