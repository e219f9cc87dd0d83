/**
 * Who is logged in over ssh, read without any helper: `ss -Htnp`, /proc/net/tcp{,6} where ss is missing, and SSH_CONNECTION of this process and its
 * ancestors (sudo drops it from ours, tmux keeps a stale one: so all of them count). Parsers are pure; text from outside is bounded.
 */
import { endianness } from 'node:os';
import { type Prefix, parsePrefix } from '../../format/address.js';

/** An ssh session: the peer and the local port it came in on. */
export interface SshPeer {
  readonly address: Prefix;
  readonly port: number;
  /** The peer's own port; null: not known. */
  readonly remotePort: number | null;
  readonly why: string;
}

const SSH_PORT = 22;
/** Names sshd's processes go by; since OpenSSH 9.8 a session is its own program. */
const SSHD = /"(?:sshd|sshd-session|sshd-auth|dropbear)"/;
const MAX_LINES = 100_000;

/** Output of `ss -Htnp state established`. `knownPorts`: local ports that are ssh whatever owns the socket. */
export function parseSsPeers(text: string, knownPorts: ReadonlySet<number> = new Set([SSH_PORT])): SshPeer[] {
  const peers: SshPeer[] = [];
  for (const line of text.split('\n', MAX_LINES)) {
    const ends = line
      .split(/\s+/)
      .map(parseEndpoint)
      .filter((end) => end !== null);
    const [local, remote] = ends;
    if (local === undefined || remote === undefined) continue;
    if (SSHD.test(line) || knownPorts.has(local.port)) {
      peers.push({
        address: remote.address,
        port: local.port,
        remotePort: remote.port,
        why: 'an ssh session to this host',
      });
    }
  }
  return peers;
}

/** "192.0.2.1:22", "192.0.2.1%eth0:22", "[2001:db8::1]:22", "[fe80::1]%eth0:22". */
export function parseEndpoint(text: string): { readonly address: Prefix; readonly port: number } | null {
  const match = /^(?:\[([^\]]{2,64})\]|([0-9.]{7,15}))(?:%[^:]{1,32})?:([0-9]{1,5})$/.exec(text);
  if (match === null) return null;
  const address = parseAddress((match[1] ?? match[2]) as string);
  const port = Number(match[3]);
  return address === null || port < 1 || port > 65_535 ? null : { address, port };
}

/** One address, its zone cut off; ::ffff:a.b.c.d is the IPv4 address it stands for on the wire. */
export function parseAddress(text: string): Prefix | null {
  const bare = text.split('%', 1)[0] as string;
  if (bare.includes('/')) return null;
  const prefix = parsePrefix(bare);
  return prefix === null ? null : unmapped(prefix);
}

/** ::ffff:0:0/96 and longer as IPv4 (RFC 4291 §2.5.5.2: never seen on the wire, common in logs of dual-stack servers). */
export function unmapped(prefix: Prefix): Prefix {
  const [w0, w1, w2] = prefix.words;
  const isMapped = prefix.version === 6 && prefix.length >= 96 && w0 === 0 && w1 === 0 && w2 === 0xffff;
  return isMapped ? { version: 4, words: prefix.words, length: prefix.length - 96 } : prefix;
}

/** Value of SSH_CONNECTION: "client-address client-port server-address server-port". */
export function parseSshConnection(value: string): SshPeer | null {
  const [client = '', clientPort = '', , serverPort = ''] = value.trim().split(/\s+/, 4);
  const address = parseAddress(client);
  const port = /^[0-9]{1,5}$/.test(serverPort) ? Number(serverPort) : 0;
  const remotePort = /^[0-9]{1,5}$/.test(clientPort) ? Number(clientPort) : null;
  return address === null || port < 1 || port > 65_535 ? null : { address, port, remotePort, why: 'your ssh session' };
}

const ESTABLISHED = '01';

/** /proc/net/tcp or tcp6: established sockets on ssh ports. Addresses are words in the byte order of the machine. */
export function parseProcTcpPeers(text: string, ports: ReadonlySet<number>, order = endianness()): SshPeer[] {
  const peers: SshPeer[] = [];
  for (const line of text.split('\n', MAX_LINES).slice(1)) {
    const [, local = '', remote = '', state] = line.trim().split(/\s+/, 4);
    const port = Number.parseInt(local.split(':')[1] ?? '', 16);
    if (state !== ESTABLISHED || !ports.has(port)) continue;
    const address = parseProcAddress(remote.split(':')[0] as string, order);
    const remotePort = Number.parseInt(remote.split(':')[1] ?? '', 16);
    if (address !== null)
      peers.push({
        address,
        port,
        remotePort: Number.isNaN(remotePort) ? null : remotePort,
        why: 'an ssh session to this host',
      });
  }
  return peers;
}

/** "0A02000C" or 32 hex digits, as /proc/net prints socket and route addresses. */
export function parseProcAddress(hex: string, order = endianness()): Prefix | null {
  if (!/^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32})$/.test(hex)) return null;
  const words = (hex.match(/.{8}/g) as string[]).map((word) => {
    const value = Number.parseInt(word, 16);
    return order === 'LE' ? swapBytes(value) : value | 0;
  });
  if (words.length === 1) return { version: 4, words: [0, 0, 0xffff, words[0] as number], length: 32 };
  return unmapped({ version: 6, words: words as [number, number, number, number], length: 128 });
}

function swapBytes(value: number): number {
  return ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}
