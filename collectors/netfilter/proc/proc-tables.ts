/** Tables under /proc/net, as plain numbers. None of them needs a right; all are of the network namespace of whoever reads. */

/** /proc/net/snmp and netstat: a line of names, a line of numbers, both led by "Tcp:". Keys are "Tcp.InSegs". */
export function parseNamedPairs(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  const lines = text.split('\n');
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const names = words(lines[at] as string);
    const numbers = words(lines[at + 1] as string);
    const group = names[0];
    if (group === undefined || !group.endsWith(':') || numbers[0] !== group) continue;
    for (let column = 1; column < names.length; column += 1) {
      const number = Number(numbers[column] ?? Number.NaN);
      if (Number.isFinite(number)) values.set(`${group.slice(0, -1)}.${names[column]}`, number);
    }
  }
  return values;
}

export interface DeviceSums {
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: number;
}

/** /proc/net/dev: received, summed over all but lo. Old kernels print no space after the colon. */
export function parseDevices(text: string): DeviceSums | null {
  const sums = { packets: 0, bytes: 0, dropped: 0 };
  let found = false;
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf(':');
    const name = line.slice(0, Math.max(at, 0)).trim();
    const [bytes, packets, , dropped] = words(line.slice(at + 1)).map(Number);
    if (at < 0 || bytes === undefined || packets === undefined || dropped === undefined) continue;
    if (!Number.isFinite(bytes + packets + dropped)) continue;
    found = true; // with lo alone nothing was received, which is known
    if (name === 'lo') continue;
    sums.packets += packets;
    sums.bytes += bytes;
    sums.dropped += dropped;
  }
  return found ? sums : null;
}

/** /proc/net/softnet_stat: hexadecimal, a line a processor: processed, dropped, squeezed. */
export function parseSoftnet(text: string): { readonly dropped: number; readonly squeezed: number } | null {
  let found = false;
  let [dropped, squeezed] = [0, 0];
  for (const line of text.split('\n')) {
    const [, lost, cut] = words(line).map(hexadecimal);
    if (lost === undefined || cut === undefined || Number.isNaN(lost) || Number.isNaN(cut)) continue;
    found = true;
    dropped += lost;
    squeezed += cut;
  }
  return found ? { dropped, squeezed } : null;
}

/** /proc/net/stat/*: a line of names, then a line of hexadecimal numbers a processor; summed. */
export function parsePerProcessor(text: string): ReadonlyMap<string, number> {
  const [head, ...lines] = text.split('\n');
  const names = words(head ?? '');
  const sums = new Map<string, number>();
  for (const line of lines) {
    const numbers = words(line).map(hexadecimal);
    if (numbers.length !== names.length) continue;
    for (const [column, name] of names.entries()) {
      const number = numbers[column] as number;
      if (Number.isFinite(number)) sums.set(name, (sums.get(name) ?? 0) + number);
    }
  }
  return sums;
}

/** A sysctl of one number. */
export function parseNumber(text: string): number | null {
  return /^[0-9]{1,15}$/.test(text.trim()) ? Number(text.trim()) : null;
}

function hexadecimal(word: string): number {
  return /^[0-9a-fA-F]{1,16}$/.test(word) ? Number.parseInt(word, 16) : Number.NaN;
}

function words(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}
