/** What a machine offers, this one or another: rights with its firewall, the tools, a few switches of its kernel. */
import { UserError } from '../../errors.js';
import { formatCount } from '../../format/number-format.js';
import { type FirewallRights, findRights } from '../../platform/firewall-rights.js';
import type { FirewallTool, FirewallToolName } from '../../platform/firewall-tools.js';
import type { Host } from '../../platform/host.js';
import { type DoctorCheck, type DoctorFirewall, missing, refused, works } from './doctor-check.js';

const MEANING = {
  proc: 'only what /proc tells',
  read: 'reads rules and counters, changes nothing',
  check: 'reads, and lets the kernel check a plan; changes nothing',
  apply: 'reads, checks and changes rules',
} as const;

/** Packages on Debian; the names are nearly the same elsewhere. */
const SHOWN: readonly (readonly [name: FirewallToolName, extra: FirewallToolName | null, install: string])[] = [
  ['nft', null, 'nftables'],
  ['iptables-save', 'ip6tables-save', 'iptables'],
  ['ipset', null, 'ipset'],
  ['conntrack', null, 'conntrack'],
];

export interface HostFindings {
  readonly checks: readonly DoctorCheck[];
  readonly firewall: DoctorFirewall | null;
}

/** Never rejects for what a host can do: that is what is asked. */
export async function checkHost(host: Host): Promise<HostFindings> {
  try {
    const rights = await findRights(host);
    const { level, through, refusal, tools } = rights;
    const reached = host.name === '' ? [] : [works('connection', 'connection', `${host.name} answers over ssh`)];
    const remote = host.name === '' ? [] : [toolCheck('tcpdump', tools.tcpdump, null, 'tcpdump')];
    const checks = [
      ...reached,
      firewallCheck(rights),
      ...SHOWN.map(([name, extra, install]) => toolCheck(name, tools[name], extra && tools[extra], install)),
    ];
    return {
      checks: [...checks, ...remote, ...(await kernelChecks(host))],
      firewall: { level, through, refusal, tools },
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      checks: [refused('connection', 'connection', `${error.code}: ${error.what}`, error.hint)],
      firewall: null,
    };
  }
}

function firewallCheck({ level, through, refusal, advice }: FirewallRights): DoctorCheck {
  const detail = [`${level}: ${MEANING[level]}`, through === 'sudo' ? 'through sudo' : '', refusal]
    .filter((text) => text !== '')
    .join('; ');
  if (level === 'apply') return works('firewall', 'firewall', detail);
  return refused('firewall', 'firewall', detail, advice.join('\n'));
}

function toolCheck(id: string, tool: FirewallTool, sibling: FirewallTool | null, install: string): DoctorCheck {
  const name = id.replace(/-save$/, '');
  if (tool.state === 'missing') return missing(id, name, 'not installed', `sudo apt-get install ${install}`);
  if (tool.state === 'refused') return refused(id, name, `${tool.version}: ${tool.reason}`);
  const half = sibling?.state === 'missing' ? '; IPv6: not installed' : '';
  return works(id, name, `${tool.version}${half}`);
}

async function kernelChecks(host: Host): Promise<DoctorCheck[]> {
  const number = async (path: string) => {
    const text = await host.readText(`/proc/sys/net/${path}`).catch(notThere);
    return /^\d{1,15}\s*$/.test(text) ? Number(text) : null;
  };
  const [cookies, tracked, most, receive] = await Promise.all([
    number('ipv4/tcp_syncookies'),
    number('netfilter/nf_conntrack_count'),
    number('netfilter/nf_conntrack_max'),
    number('core/rmem_max'),
  ]);
  return [cookieCheck(cookies), trackingCheck(tracked, most), bufferCheck(receive)];
}

function cookieCheck(value: number | null): DoctorCheck {
  if (value === 1 || value === 2)
    return works('syn-cookies', 'SYN cookies', value === 1 ? 'on, when a queue is full' : 'always on');
  const detail = value === 0 ? 'off: a SYN flood fills the queue' : 'this kernel does not say';
  return missing('syn-cookies', 'SYN cookies', detail, value === 0 ? 'sudo sysctl -w net.ipv4.tcp_syncookies=1' : null);
}

function trackingCheck(count: number | null, most: number | null): DoctorCheck {
  const id = 'connection-tracking';
  const title = 'conntrack table';
  if (count === null || most === null || most === 0) return missing(id, title, 'not in use: it cannot overflow');
  const detail = `${formatCount(count)} of ${formatCount(most)} connections`;
  if (count < most * 0.9) return works(id, title, detail);
  return refused(
    id,
    title,
    `${detail}: new ones are dropped when it is full`,
    `sudo sysctl -w net.netfilter.nf_conntrack_max=${most * 2}`,
  );
}

/** 208 KiB, the kernel's default, is 300 small datagrams: a UDP server under load loses there first. */
function bufferCheck(bytes: number | null): DoctorCheck {
  const id = 'receive-buffer';
  const title = 'receive buffers';
  return bytes === null
    ? missing(id, title, 'this kernel does not say')
    : works(id, title, `up to ${Math.round(bytes / 1024)} KiB a socket (net.core.rmem_max)`);
}

function notThere(): string {
  return '';
}
