/** What a rule can be written for. Each has one compiler in `compile/`. */
export const BACKENDS = ['bpf', 'nft', 'iptables', 'networkFirewall', 'waf', 'flowspec'] as const;
/** `iptables` stands for ip6tables too: one request, two lists of commands. */
export type Backend = (typeof BACKENDS)[number];

/** Bits of `Attribute.backends`. */
export const Can = {
  bpf: 1,
  nft: 2,
  iptables: 4,
  networkFirewall: 8,
  waf: 16,
  flowspec: 32,
} as const satisfies Record<Backend, number>;

/** Where packets are matched, as against requests. */
export const PACKET_BACKENDS = Can.bpf | Can.nft | Can.iptables | Can.networkFirewall | Can.flowspec;

export const BACKEND_TITLES: Readonly<Record<Backend, string>> = {
  bpf: 'tcpdump',
  nft: 'nft',
  iptables: 'iptables',
  networkFirewall: 'Network Firewall',
  waf: 'WAF',
  flowspec: 'flowspec',
};
