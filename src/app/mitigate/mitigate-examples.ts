/** Examples in the help of `ddostop mitigate` and of each of its actions. */

/** The lines of EXAMPLES for one action. */
export function exampleOf(action: string): string {
  const lines = EXAMPLES.split('\n').filter((line) => line.startsWith(`  ddostop mitigate ${action}`));
  return ['', 'Examples:', ...lines].join('\n');
}

export const EXAMPLES = `
Examples:
  ddostop mitigate plan --block 198.51.100.0/24 --ttl 10m
  ddostop mitigate apply --block 198.51.100.0/24 2001:db8:a::/64 --why tcp-syn
  ddostop mitigate apply --block 198.51.100.7 --ttl 1h --yes --format json
  ddostop mitigate apply --signature diff.json --rate 500
  ddostop mitigate apply --rate-limit 198.51.100.0/24=500 --rate-limit-each 50
  ddostop mitigate apply --connection-limit 192.0.2.10:443=20
  ddostop mitigate apply --signature diff.json --sample-only --good 203.0.113.0/24
  ddostop mitigate apply --on edge1 --block-file drop.netset
  ddostop mitigate plan --backend iptables --block 198.51.100.0/24
  ddostop mitigate confirm k3f9a
  ddostop mitigate extend k3f9a --ttl 1h
  ddostop mitigate extend k3f9a --while-matching
  ddostop mitigate list
  ddostop mitigate list --on edge1 --format json
  ddostop mitigate again
  ddostop mitigate log
  ddostop mitigate undo k3f9a
  ddostop mitigate panic

Every entry ends by itself in the kernel, also when ddostop is killed. --allow means "ddostop does not drop it";
other firewall rules still can. Rules do not survive a restart of the host.`;
