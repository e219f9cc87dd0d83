/** Command-line options that name a source -> SourceSpec. */
import { UserError } from '../../errors.js';
import { DEFAULT_SEED } from '../../scenario/default-seed.js';
import { SCENARIO_NAMES, type ScenarioName } from '../../scenario/scenario-name.js';
import type { SourceSpec } from '../ingest/ingest-protocol.js';

/** As commander fills it in; every value is still the text that was typed. */
export interface SourceOptions {
  readonly interface?: string;
  readonly read?: string;
  readonly speed?: string;
  readonly loop?: boolean;
  readonly follow?: boolean;
  readonly snaplen?: string;
  readonly direction?: 'in' | 'out' | 'inout';
  readonly capture?: 'auto' | 'ring' | 'tcpdump';
  readonly buffer?: string;
  readonly fanout?: string;
  readonly seed?: string;
  readonly scenario?: string;
}

/** Enough for every header we read, with the start of the payload; the original length is kept. */
const DEFAULT_SNAP_LEN = 256;
const MAX_SNAP_LEN = 262_144;
/** 0.4 s at 1 Mpps of small frames, 176 B each with the ring's header. */
const DEFAULT_BUFFER_KIB = 64 * 1024;
const MAX_BUFFER_KIB = 1024 * 1024;

/** Null when no source was named. Throws UserError (USAGE) on what makes no sense together. */
export function sourceOf(options: SourceOptions, filterWords: readonly string[]): SourceSpec | null {
  const filter = filterWords.join(' ');
  if (options.interface !== undefined && options.read !== undefined) {
    throw new UserError('USAGE', '-i and -r were both given', 'Read from one source at a time.');
  }
  if (options.interface !== undefined) {
    return {
      kind: 'live',
      interface: options.interface,
      filter,
      snapLen: snapLenOf(options.snaplen),
      direction: options.direction ?? 'in',
      capture: options.capture ?? 'auto',
      bufferKib: integerOf('--buffer', options.buffer ?? String(DEFAULT_BUFFER_KIB), 128, MAX_BUFFER_KIB),
      fanout: options.fanout === undefined ? null : integerOf('--fanout', options.fanout, 0, 65_535),
    };
  }
  if (options.read !== undefined) {
    return {
      kind: 'file',
      path: options.read,
      filter,
      speed: speedOf(options.speed, 'max'),
      loop: options.loop ?? false,
      follow: options.follow ?? false,
    };
  }
  if (filter !== '') {
    throw new UserError(
      'USAGE',
      `"${filter.slice(0, 60)}" is neither a command nor a filter of a named source`,
      'Name a source: ddostop -i eth0 tcp port 80. See ddostop --help for the commands.',
    );
  }
  return null;
}

/** The built-in scenario. `startSec`: epoch seconds its clock begins at. */
export function demoSource(options: SourceOptions, defaultSpeed: number | 'max', startSec: number | null): SourceSpec {
  const seed = integerOf('--seed', options.seed ?? String(DEFAULT_SEED), 0, 2 ** 31 - 1);
  const scenario = scenarioOf(options.scenario);
  const speed = speedOf(options.speed, defaultSpeed);
  return { kind: 'demo', seed, speed, startSec, loop: options.loop ?? false, scenario };
}

function scenarioOf(text: string | undefined): ScenarioName {
  const name = SCENARIO_NAMES.find((known) => known === (text ?? SCENARIO_NAMES[0]));
  if (name !== undefined) return name;
  const expected = `--scenario: expected ${SCENARIO_NAMES.join(', ')}, got "${(text ?? '').slice(0, 20)}"`;
  throw new UserError('USAGE', expected, 'E.g. --scenario crowd.');
}

export function speedOf(text: string | undefined, fallback: number | 'max'): number | 'max' {
  if (text === undefined) return fallback;
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (Number.isFinite(speed) && speed >= 0.01 && speed <= 10_000) return speed;
  throw new UserError('USAGE', `--speed: expected 0.01 to 10000 or max, got "${text.slice(0, 20)}"`, 'E.g. --speed 1.');
}

function snapLenOf(text: string | undefined): number {
  return text === undefined ? DEFAULT_SNAP_LEN : integerOf('--snaplen', text, 64, MAX_SNAP_LEN);
}

export function integerOf(option: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new UserError(
    'USAGE',
    `${option}: expected ${from} to ${to}, got "${text.slice(0, 20)}"`,
    'Use a whole number.',
  );
}
