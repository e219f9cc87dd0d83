/** SSDP over UDP: searches, announcements, answers. UPnP Device Architecture 2.0 §1.2, §1.3: lines as in HTTP, without a body. */
import { DecodeStatus } from '../../records/decode-status.js';
import { asciiBytes, ByteRange, equalsIgnoreCase, setTrimmed } from './byte-range.js';

export const SSDP_PORT = 1900;

export const SsdpKind = { search: 0, notify: 1, response: 2 } as const;
export type SsdpKind = (typeof SsdpKind)[keyof typeof SsdpKind];

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;
const STARTS: readonly { readonly text: Uint8Array; readonly kind: SsdpKind }[] = [
  { text: asciiBytes('m-search * http/1.'), kind: SsdpKind.search },
  { text: asciiBytes('notify * http/1.'), kind: SsdpKind.notify },
  { text: asciiBytes('http/1.'), kind: SsdpKind.response },
];

/** One message, reused. Ranges of headers that are not there are not set; of two the first counts. */
export class SsdpMessage {
  kind: SsdpKind = SsdpKind.search;
  /** ST: what is searched for, or what answers. */
  readonly searchTarget = new ByteRange();
  /** NT: what announces itself. */
  readonly notificationType = new ByteRange();
  readonly usn = new ByteRange();
  readonly server = new ByteRange();
  readonly location = new ByteRange();
  readonly man = new ByteRange();

  readonly known: readonly { readonly name: Uint8Array; readonly range: ByteRange }[] = [
    { name: asciiBytes('st'), range: this.searchTarget },
    { name: asciiBytes('nt'), range: this.notificationType },
    { name: asciiBytes('usn'), range: this.usn },
    { name: asciiBytes('server'), range: this.server },
    { name: asciiBytes('location'), range: this.location },
    { name: asciiBytes('man'), range: this.man },
  ];
}

/** Payload of UDP. `malformed`: no SSDP. `truncated`: no empty line; what the lines say is there, the last perhaps in part. */
export function decodeSsdp(bytes: Uint8Array, at: number, end: number, out: SsdpMessage): DecodeStatus {
  for (const { range } of out.known) range.clear();
  out.kind = SsdpKind.search;
  const kind = kindOf(bytes, at, end);
  if (kind === null) return DecodeStatus.malformed;
  out.kind = kind;
  for (let next = lineFeedAt(bytes, at, end) + 1; next < end; ) {
    const lineFeed = lineFeedAt(bytes, next, end);
    const isEmpty = lineFeed - next === 0 || (lineFeed - next === 1 && bytes[next] === CARRIAGE_RETURN);
    if (isEmpty && lineFeed < end) return DecodeStatus.ok;
    readHeader(bytes, next, lineFeed, out);
    next = lineFeed + 1;
  }
  return DecodeStatus.truncated;
}

function kindOf(bytes: Uint8Array, at: number, end: number): SsdpKind | null {
  for (const { text, kind } of STARTS) {
    if (end - at >= text.length && equalsIgnoreCase(bytes, at, at + text.length, text)) return kind;
  }
  return null;
}

function readHeader(bytes: Uint8Array, at: number, end: number, out: SsdpMessage): void {
  let colon = at;
  while (colon < end && bytes[colon] !== COLON) colon += 1;
  if (colon === end) return;
  for (const { name, range } of out.known) {
    if (range.isSet || !equalsIgnoreCase(bytes, at, colon, name)) continue;
    setTrimmed(range, bytes, colon + 1, end);
    return;
  }
}

/** `end` when there is none. */
function lineFeedAt(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] !== LINE_FEED) next += 1;
  return next;
}
