/** Watching the firewall: processor time of the collector and its tools, share of one core (collectors/netfilter/netfilter-poll.bench.ts). Root. */
import { linesOfBundled } from './lib/bundled.mjs';
import { row } from './lib/rows.mjs';

/** Polls of 10 000 rules are up to ten seconds apart, and the first twelve seconds are warm-up. */
const SECONDS = 60;
const MOST_SHARE = 5;

export default async function run({ seconds = SECONDS }) {
  const lines = await linesOfBundled('collectors/netfilter/netfilter-poll.bench.ts', 'netfilter-poll-bench', [
    String(seconds),
  ]);
  return lines.map(({ name, share, ownShare, everyMs, longestMs, rssMib, polls }) => {
    const every = `every ${(everyMs / 1000).toFixed(1)} s, ${polls} polls`;
    const note = `${every}; ours ${(ownShare * 100).toFixed(1)} %, longest turn ${longestMs.toFixed(0)} ms, ${rssMib.toFixed(0)} MiB`;
    return row(`${name} rules`, [share * 100], { unit: ' %', digits: 1, goal: { atMost: MOST_SHARE }, note });
  });
}
