/** What tcpdump says on standard error: its counters, and its failures turned into what to do. Texts of tcpdump 4.9 to 4.99, libpcap 1.8 to 1.10. */
import { UserError } from '../../src/errors.js';

/** Linux: IFNAMSIZ - 1. Names start with no dash, so that none can be taken for an option. */
const INTERFACE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,14}$/;

/** Throws UserError unless `name` can name a network interface ("any" is one to libpcap). */
export function checkInterfaceName(name: string): void {
  if (INTERFACE_NAME.test(name)) return;
  const shown = JSON.stringify(name.slice(0, 40));
  throw new UserError(
    'INTERFACE_NAME',
    `${shown} cannot name a network interface`,
    'See "ip -br link" for their names.',
  );
}

/** "12 packets dropped by kernel", printed at the end and at every SIGUSR1; null for any other line. */
export function parseDroppedByKernel(line: string): number | null {
  const match = /(?:^|, )(\d{1,15}) packets? dropped by kernel/.exec(line);
  return match ? Number(match[1]) : null;
}

/** True for the line after which tcpdump captures and handles its signals. */
export function isListening(line: string): boolean {
  return /(^|: )listening on /.test(line);
}

/** tcpdump ended without being asked to: the reason as it printed it, in words and with a way out. */
export function tcpdumpFailure(device: string, stderr: string, exitCode: number | null): UserError {
  const said = lastLine(stderr);
  const got = `tcpdump on ${device} ended with ${exitCode ?? 'a signal'}: ${said || 'it said nothing'}`;
  if (/permission|not permitted|CAP_NET_RAW/i.test(stderr)) {
    const hint = 'Run with sudo, or once: sudo setcap cap_net_raw,cap_net_admin=eip "$(command -v tcpdump)".';
    return new UserError('CAPTURE_PRIVILEGE', got, hint);
  }
  if (/No such device|SIOCGIFHWADDR|doesn't exist/i.test(stderr)) {
    return new UserError('INTERFACE_UNKNOWN', got, 'See "ip -br link" for the interfaces there are.');
  }
  if (
    /syntax error|can't parse filter|illegal token|unknown (host|port|network)|expression rejects|parse error|not a valid/i.test(
      stderr,
    )
  ) {
    return new UserError(
      'FILTER_SYNTAX',
      got,
      'Check the filter with "tcpdump -d FILTER"; its grammar is in "man pcap-filter".',
    );
  }
  if (/network is down|interface went down|not up/i.test(stderr)) {
    return new UserError('INTERFACE_DOWN', got, `Bring it up: sudo ip link set ${device} up.`);
  }
  return new UserError('TCPDUMP_FAILED', got, 'Run the same tcpdump by hand to see more.');
}

export function tcpdumpMissing(cause: unknown): UserError {
  const hint = 'Install it: sudo apt-get install tcpdump (Debian, Ubuntu), sudo dnf install tcpdump (Fedora, RHEL).';
  return new UserError('TCPDUMP_MISSING', 'live capture needs tcpdump, which is not on PATH', hint, { cause });
}

/** One printable line; tcpdump repeats a filter verbatim, which may hold anything. */
function lastLine(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^tcpdump: (verbose|listening|data link)/.test(line));
  return (lines.at(-1) ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 300);
}
