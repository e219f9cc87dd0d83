/**
 * Cloudflare's names of attack vectors ("DNS Amplification", "SYN Flood") and ids of our catalogue. Their list is not published as a whole: what fits none
 * of these has no id. A test holds the ids against the catalogue.
 */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/dns.*(amplif|reflect)/, 'refl-dns'],
  [/dns.*(water torture|nxdomain|random.*prefix|laundering)/, 'app-dns-wt'],
  [/dns.*(flood|query)/, 'app-dns-q'],
  [/ntp/, 'refl-ntp'],
  [/ssdp/, 'refl-ssdp'],
  [/memcache/, 'refl-memcached'],
  [/ldap/, 'refl-cldap'],
  [/snmp/, 'refl-snmp'],
  [/chargen/, 'refl-chargen'],
  [/qotd/, 'refl-qotd'],
  [/tftp/, 'refl-tftp'],
  [/mdns/, 'refl-mdns'],
  [/ws-?(d|discovery)\b/, 'refl-wsd'],
  [/coap/, 'refl-coap'],
  [/rip(v1)?\b/, 'refl-ripv1'],
  [/portmap|rpc\b/, 'refl-portmap'],
  [/netbios/, 'refl-netbios'],
  [/\bslp\b/, 'refl-slp'],
  [/jenkins/, 'refl-jenkins'],
  [/bittorrent/, 'refl-bt'],
  [/openvpn/, 'refl-openvpn'],
  [/quic/, 'refl-quic'],
  [/\bstun\b/, 'refl-stun'],
  [/mssql|sql server/, 'refl-mssql'],
  [/\brdp\b/, 'refl-rdp'],
  [/tp-?240|mitel/, 'refl-tp240'],
  [/\bsip\b/, 'app-sip'],
  [/syn[-/ ]*ack/, 'tcp-synack-refl'],
  [/push[-/ ]*ack|psh[-/ ]*ack/, 'tcp-pshack'],
  [/\bsyn\b/, 'tcp-syn'],
  [/\back\b/, 'tcp-ack'],
  [/\b(rst|reset)\b/, 'tcp-rst'],
  [/\bfin\b/, 'tcp-fin'],
  [/xmas|christmas/, 'tcp-xmas'],
  [/tcp.*null|null.*tcp/, 'tcp-null'],
  [/tcp.*(fragment)/, 'tcp-frag'],
  [/out[- ]of[- ]state/, 'tcp-oos'],
  [/tcp.*connection/, 'tcp-conn'],
  [/\b(gre)\b/, 'gre'],
  [/\besp\b|ipsec/, 'esp'],
  [/icmp|ping/, 'icmp-echo'],
  [/fragment/, 'udp-frag'],
  [/udp/, 'udp-rand'],
  [/http.*post/, 'app-http-post'],
  [/http/, 'app-http-get'],
];

export const NAMED_VECTOR_IDS: readonly string[] = NAMES.map(([, id]) => id);

/** Null: none fits. */
export function vectorIdOf(name: string): string | null {
  const words = name.slice(0, 100).toLowerCase().replaceAll('_', ' ');
  return NAMES.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}
