/**
 * A filter as the string of iptables' `-m bpf --bytecode`. xt_bpf hands over the packet from its IP header, so the filter is compiled for
 * raw IP; tcpdump does it. `run` comes from the caller.
 */
export interface CommandOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunTcpdump = (argv: readonly string[]) => Promise<CommandOutput>;

/** XT_BPF_MAX_NUM_INSTR of linux/netfilter/xt_bpf.h. */
const MAX_INSTRUCTIONS = 64;

export type Bytecode = { readonly bytecode: string } | { readonly reason: string };

export async function bpfBytecode(filter: string, run: RunTcpdump): Promise<Bytecode> {
  const { code, stdout, stderr } = await run(['tcpdump', '-ddd', '-y', 'RAW', filter]);
  if (code !== 0) return { reason: `tcpdump ended with ${code}: ${stderr.trim().split('\n').at(-1) ?? ''}` };
  const lines = stdout.trim().split('\n');
  const instructions = Number(lines[0]);
  if (!Number.isInteger(instructions) || lines.length !== instructions + 1 || !lines.slice(1).every(isInstruction))
    return { reason: 'tcpdump -ddd printed something else than a program' };
  if (instructions > MAX_INSTRUCTIONS)
    return { reason: `the filter takes ${instructions} instructions, xt_bpf no more than ${MAX_INSTRUCTIONS}` };
  return { bytecode: lines.join(',') };
}

function isInstruction(line: string): boolean {
  return /^\d+ \d+ \d+ \d+$/.test(line);
}
