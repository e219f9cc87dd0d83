/** Our words for a rule are those of `nft list ruleset`, for every statement we know: rules go into the kernel and come back in both ways. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseNftRuleset } from '../../collectors/netfilter/nft/ruleset-parser.js';
import { describeWith } from '../support/system.js';
import { OneNamespace } from './one-namespace.js';

const DEFINITIONS = `
add table inet t
add set inet t s4 { type ipv4_addr; flags interval,timeout; }
add set inet t dyn { type ipv4_addr; size 65535; flags dynamic,timeout; }
add set inet t cl4 { type ipv4_addr; size 65535; flags dynamic; }
add set inet t cc { typeof ip saddr . tcp dport; }
add map inet t m { type inet_service : verdict; }
add map inet t am { type ipv4_addr : mark; }
add counter inet t named
add quota inet t monthly { over 100 mbytes }
add chain inet t other
add chain inet t c { type filter hook prerouting priority -300; }
`;

const RULES = [
  'iif lo accept',
  'iifname "eth*" accept',
  'iifname { "eth0", "lo" } counter',
  'ct state established,related accept',
  'ct state { new, untracked } counter',
  'ip saddr @s4 counter drop',
  'ip saddr . tcp dport @cc counter drop',
  'ip saddr != @s4 accept',
  'tcp dport vmap @m',
  'tcp dport { 80, 443, 1000-2000 } counter jump other',
  'tcp dport 1000-2000 goto other',
  'tcp dport != { 22, 25 } counter',
  'tcp dport vmap { 22 : accept, 23 : drop }',
  'meta mark set ip saddr map @am',
  'meta mark 0x5 meta mark set 0x7 counter',
  'tcp flags & (syn|ack) == syn tcp option maxseg size 1-500 counter reject with tcp reset',
  'tcp flags syn / syn,ack counter',
  'tcp flags & (fin|syn) != 0 counter',
  'tcp flags syn,ack counter',
  'tcp option maxseg missing counter',
  'udp length 20-30 counter drop',
  '@th,64,32 0xdeadbeef counter drop',
  'ip saddr & 255.255.255.0 @s4 counter',
  'ip saddr 10.0.0.0/8 limit rate over 20/second burst 20 packets counter drop',
  'limit rate 5/minute counter',
  'limit rate 10 mbytes/second accept',
  'update @dyn { ip saddr limit rate over 20/second burst 20 packets } counter drop',
  'add @dyn { ip saddr timeout 90s } counter',
  'add @cl4 { ip saddr ct count over 3 } counter drop',
  'log prefix "hi there " group 7 snaplen 96 counter',
  'log prefix "x " level warn counter',
  'counter name named drop',
  'quota over 25 mbytes drop',
  'meta length > 100 meta l4proto tcp meta nfproto ipv4 meta pkttype broadcast counter',
  'meta length 100-200 counter',
  'ip6 saddr & ffff:ffff:ffff:ffff:: == 2001:db8:: counter',
  'icmp type echo-request counter reject with icmpx admin-prohibited',
  'icmpv6 type { nd-neighbor-solicit, nd-router-advert } accept',
  'fib saddr . iif oif missing drop',
  'fib daddr type local accept',
  'notrack',
  'meta mark set mark and 0xff or 1',
  'numgen random mod 10 < 3 drop',
  'jhash ip saddr mod 8 seed 0x1 0 counter',
  'symhash mod 2 0 counter',
  'ip dscp set cs1',
  'exthdr frag exists drop',
  'frag id 7 drop',
  'rt type 0 drop',
  'vlan id 5 drop',
  'ether saddr 01:02:03:04:05:06 drop',
  'ip ttl < 5 ip frag-off & 0x1fff != 0 counter',
  'meta hour "08:00"-"17:00"',
  'meta skuid 1000 counter',
  'ct mark 5 ct bytes > 100 ct original ip saddr 1.2.3.4 counter',
  'ct count over 20 drop',
  'ip protocol { tcp, udp } ip daddr 192.0.2.0/24 return',
  'meta nfproto ipv6 continue',
];
describeWith(['root', 'ip', 'nft'], 'words of nft rules', () => {
  let space: OneNamespace;
  beforeAll(async () => {
    space = await OneNamespace.open();
    await space.nft(DEFINITIONS);
  });
  afterAll(() => space.close());

  test.each(RULES)('%s', async (rule) => {
    await space.nft(`flush chain inet t c; add rule inet t c ${rule}`);
    const listed = await space.must(['nft', 'list', 'chain', 'inet', 't', 'c']);
    const line = (listed.split('\n')[3] ?? '')
      .trim()
      .replace(/ ?counter packets \d+ bytes \d+/, '')
      .trim();
    const [own] = parseNftRuleset(await space.must(['nft', '-j', '-t', 'list', 'ruleset'])).rules;
    expect(own?.rule.text).toBe(line);
  });
});
