/**
 * Classic BPF: what a packet socket does with each frame, as the kernel's `struct sock_filter[]` (linux/filter.h). A filter
 * expression is compiled by `tcpdump -ddd`, which prints the number of instructions and then "code jt jf k" a line.
 */
import { UserError } from '../../src/errors.js';
import { type RunCommand, runCommand } from '../../src/platform/run-command.js';
import { tcpdumpFailure, tcpdumpMissing } from '../pcap/tcpdump-messages.js';

export interface BpfInstruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly k: number;
}

/** BPF_MAXINSNS. */
const MAX_INSTRUCTIONS = 4096;
const INSTRUCTION_LEN = 8;

const RETURN = 0x06; // BPF_RET | BPF_K
const LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const LOAD_VALUE = 0x00; // BPF_LD | BPF_IMM
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
/** SKF_AD_OFF + SKF_AD_PKTTYPE: the sll_pkttype of the frame. */
const PACKET_TYPE_AT = 0xffff_f004;
const PACKET_OUTGOING = 4;

const returns = (k: number): BpfInstruction => ({ code: RETURN, jumpTrue: 0, jumpFalse: 0, k });

/** The value a program returns is the bytes kept of a frame; 0 = the frame is not for us, and not counted either. */
export const REJECT_ALL: readonly BpfInstruction[] = [returns(0)];

export function acceptAll(snapLen: number): readonly BpfInstruction[] {
  return [returns(snapLen)];
}

/** `program` for frames of one direction only. In the kernel, so that a frame of the other one is never counted as lost. */
export function withDirection(
  program: readonly BpfInstruction[],
  direction: 'in' | 'out' | 'inout',
): readonly BpfInstruction[] {
  if (direction === 'inout') return program;
  const [jumpTrue, jumpFalse] = direction === 'in' ? [0, 1] : [1, 0]; // to the reject, or over it
  return [
    { code: LOAD_WORD, jumpTrue: 0, jumpFalse: 0, k: PACKET_TYPE_AT },
    { code: JUMP_EQUAL, jumpTrue, jumpFalse, k: PACKET_OUTGOING },
    returns(0),
    { code: LOAD_VALUE, jumpTrue: 0, jumpFalse: 0, k: 0 }, // the accumulator as a program finds it at its start
    ...program,
  ];
}

/** Reads the output of `tcpdump -ddd`. Throws Error for anything else. */
export function parseProgram(text: string): readonly BpfInstruction[] {
  const [head = '', ...lines] = text.trim().split('\n');
  const count = numberOf(head, MAX_INSTRUCTIONS);
  if (count < 1 || lines.length !== count) {
    throw new Error(`expected 1 to ${MAX_INSTRUCTIONS} BPF instructions, got ${lines.length} of ${count}`);
  }
  return lines.map((line) => {
    const [code = '', jumpTrue = '', jumpFalse = '', k = '', ...rest] = line.trim().split(/\s+/);
    if (rest.length > 0) throw new Error(`expected four numbers of a BPF instruction, got ${JSON.stringify(line)}`);
    return {
      code: numberOf(code, 0xffff),
      jumpTrue: numberOf(jumpTrue, 0xff),
      jumpFalse: numberOf(jumpFalse, 0xff),
      k: numberOf(k, 0xffff_ffff),
    };
  });
}

/** struct sock_filter[]: code 2, jt 1, jf 1, k 4, host order. */
export function programBytes(program: readonly BpfInstruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_LEN);
  const halves = new Uint16Array(bytes.buffer);
  const words = new Uint32Array(bytes.buffer);
  program.forEach(({ code, jumpTrue, jumpFalse, k }, i) => {
    halves[i * 4] = code;
    bytes[i * INSTRUCTION_LEN + 2] = jumpTrue;
    bytes[i * INSTRUCTION_LEN + 3] = jumpFalse;
    words[i * 2 + 1] = k;
  });
  return bytes;
}

/** `filter` (pcap-filter(7)) for frames as they come from `device`. Throws UserError when there is no tcpdump or it refuses. */
export async function compileFilter(
  device: string,
  filter: string,
  snapLen: number,
  run: RunCommand = runCommand,
): Promise<readonly BpfInstruction[]> {
  if (filter.trim() === '') return acceptAll(snapLen);
  const { code, stdout, stderr } = await run([
    'tcpdump',
    '-ddd',
    '-i',
    device,
    '-s',
    String(snapLen),
    '--',
    filter,
  ]).catch((error: unknown) => {
    throw error instanceof UserError && error.code === 'COMMAND_MISSING' ? tcpdumpMissing(error) : error;
  });
  if (code !== 0) throw tcpdumpFailure(device, stderr, code);
  return parseProgram(stdout);
}

function numberOf(text: string, max: number): number {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value <= max) return value;
  throw new Error(`expected a number up to ${max} from "tcpdump -ddd", got ${JSON.stringify(text.slice(0, 40))}`);
}
