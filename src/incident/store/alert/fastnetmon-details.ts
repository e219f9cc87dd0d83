/**
 * The text that FastNetMon gives its notify script on stdin: "Name: value" lines, then flows, then packets. Field names as version 1.2.4 (Debian) prints
 * them; what is not known stays a line. All of it may hold what an attacker sent.
 */
import { vectorIdOf } from '../../../snapshot/edge-network-vectors.js';

export interface FastNetMonDetails {
  /** "udp_flood"; null: not told, or "unknown". */
  readonly attackType: string | null;
  readonly vectorId: string | null;
  readonly peakPps: number | null;
  /** Bit/s; told in whole Mbit/s. */
  readonly peakBps: number | null;
  /** Lines worth keeping, in their order. */
  readonly lines: readonly string[];
}

const MOST_LINES = 40;
const MOST_TEXT = 300;
const FIELD = /^([A-Za-z][A-Za-z ]{0,60}): +(.{1,200}?) *$/;
/** A value that says nothing: "Incoming tcp pps: 0 packets per second". Most of the fields are so. */
const NOTHING = /^0(?:\.0)? (?:mbps|packets per second|flows per second|bytes)$/;

export function readFastNetMonDetails(text: string): FastNetMonDetails {
  const fields = new Map<string, string>();
  const lines: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim().slice(0, MOST_TEXT);
    const field = FIELD.exec(line);
    if (field !== null && !fields.has(String(field[1]).toLowerCase())) {
      fields.set(String(field[1]).toLowerCase(), String(field[2]));
      if (NOTHING.test(String(field[2]))) continue;
    }
    if (line !== '' && lines.length < MOST_LINES) lines.push(line);
  }
  const type = fields.get('attack type') ?? 'unknown';
  const direction = fields.get('attack direction') === 'outgoing' ? 'outgoing' : 'incoming';
  const mbps = numberOf(fields.get(`total ${direction} traffic`));
  return {
    attackType: type === 'unknown' ? null : type,
    vectorId: type === 'unknown' ? null : vectorIdOf(type),
    peakPps: numberOf(fields.get('peak attack power')) ?? numberOf(fields.get(`total ${direction} pps`)),
    peakBps: mbps === null ? null : mbps * 1e6,
    lines,
  };
}

/** "4011 packets per second" */
function numberOf(value: string | undefined): number | null {
  const digits = /^([0-9]{1,15})(?:\.[0-9]+)? /.exec(`${value ?? ''} `)?.[1];
  return digits === undefined ? null : Number(digits);
}
