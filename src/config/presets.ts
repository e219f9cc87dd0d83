/** Floors under a name, so that somebody who knows another detector finds its numbers again. */
import type { FloorSettings } from './threshold-config.js';

const OFF = Number.POSITIVE_INFINITY;

export interface Preset {
  readonly floors: FloorSettings;
  /** Of the triggers those that are on. */
  readonly triggers: { readonly baseline: boolean; readonly ramp: boolean; readonly shape: boolean };
}

export const PRESET_NAMES = ['default', 'fastnetmon', 'server', 'network'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  default: { floors: {}, triggers: { baseline: true, ramp: true, shape: true } },
  // fastnetmon.conf of FastNetMon Community: ban_for_pps and ban_for_bandwidth on, flows and the limits by protocol off.
  fastnetmon: {
    floors: {
      pps: 20_000,
      bps: 1e9,
      synPps: OFF,
      reflectionPps: OFF,
      icmpPps: OFF,
      illegalPps: OFF,
      requestsPerSec: OFF,
      requestsOverUsual: OFF,
      requestsPerSecLeast: OFF,
    },
    triggers: { baseline: false, ramp: false, shape: false },
  },
  // One machine that serves a site: it is down long before a network would call it a flood.
  server: {
    floors: { pps: 10_000, bps: 100e6, synPps: 1000, reflectionPps: 200 },
    triggers: { baseline: true, ramp: true, shape: true },
  },
  // A transit network: a busy customer is no attack.
  network: {
    floors: { pps: 100_000, bps: 1e9, synPps: 10_000, reflectionPps: 2000, requestsPerSec: 5000 },
    triggers: { baseline: true, ramp: true, shape: true },
  },
};
