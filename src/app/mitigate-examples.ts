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
  ddostop mitigate confirm k3f9a
  ddostop mitigate list
  ddostop mitigate undo k3f9a
  ddostop mitigate panic

Every entry ends by itself in the kernel, also when ddostop is killed. --allow means "ddostop does not drop it";
other firewall rules still can. Rules do not survive a restart of the host.`;
