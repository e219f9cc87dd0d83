/** The words of the configuration file, and what they become. An unknown word is an error: a slip must not switch a limit off. */
import * as z from 'zod';
import { type Config, DEFAULT_CONFIG } from './config.js';
import { hooksSchema } from './hook-schema.js';
import { PRESET_NAMES, PRESETS } from './presets.js';
import { days, hour, prefix, rate, span } from './quantities.js';
import type { FloorSettings } from './threshold-config.js';

const MOST_GROUPS = 1000;
const MOST_PREFIXES = 10_000;

const floors = z.strictObject({
  pps: rate.optional(),
  bps: rate.optional(),
  syn: rate.optional(),
  reflection: rate.optional(),
  icmp: rate.optional(),
  illegal: rate.optional(),
  udp: rate.optional(),
  tcp: rate.optional(),
  requests: rate.optional(),
  requestsLeast: rate.optional(),
  requestsOverUsual: z.number().min(1).max(1000).optional(),
});

const schedule = z.strictObject({ days: days.optional(), from: hour, to: hour, thresholds: floors });

const group = z.strictObject({
  name: z.string().min(1).max(60),
  targets: z.array(prefix).min(1).max(MOST_PREFIXES),
  preset: z.enum(PRESET_NAMES).optional(),
  thresholds: floors.optional(),
  schedule: z.array(schedule).max(50).optional(),
  watch: z.boolean().optional(),
});

const file = z.strictObject({
  preset: z.enum(PRESET_NAMES).optional(),
  thresholds: floors.optional(),
  groups: z.array(group).max(MOST_GROUPS).optional(),
  networks: z.array(prefix).max(MOST_PREFIXES).optional(),
  triggers: z
    .strictObject({
      floor: z.boolean().optional(),
      baseline: z.boolean().optional(),
      ramp: z.boolean().optional(),
      shape: z.boolean().optional(),
    })
    .optional(),
  baselines: z.strictObject({ file: z.string().min(1).optional(), learn: z.boolean().optional() }).optional(),
  store: z
    .strictObject({
      folder: z.string().min(1).optional(),
      keep: span.optional(),
      incidents: z.number().int().min(10).max(1_000_000).optional(),
    })
    .optional(),
  hooks: hooksSchema.optional(),
  geo: z.array(z.string().min(1).max(4096)).max(10).optional(),
  metrics: z.string().min(1).max(260).optional(),
  syslog: z.string().min(1).max(260).optional(),
  sensor: z.string().min(1).max(60).optional(),
});

export const configSchema = file.transform(configOf);

type WrittenFloors = z.output<typeof floors>;
type WrittenGroup = z.output<typeof group>;

function configOf(written: z.output<typeof file>): Config {
  const preset = PRESETS[written.preset ?? 'default'];
  const { baselines, store } = DEFAULT_CONFIG;
  return {
    detection: {
      floors: { ...preset.floors, ...floorsOf(written.thresholds) },
      groups: (written.groups ?? []).map(groupOf),
      networks: written.networks ?? [],
      triggers: { floor: true, ...preset.triggers, ...withoutUndefined(written.triggers) },
    },
    hooks: written.hooks ?? [],
    store: {
      folder: written.store?.folder ?? store.folder,
      keepSec: written.store?.keep ?? store.keepSec,
      keepIncidents: written.store?.incidents ?? store.keepIncidents,
    },
    baselines: {
      file: written.baselines?.file ?? baselines.file,
      learns: written.baselines?.learn ?? baselines.learns,
    },
    geo: written.geo ?? [],
    metrics: written.metrics ?? null,
    syslog: written.syslog ?? null,
    sensor: written.sensor ?? null,
  };
}

function groupOf({ name, targets, preset, thresholds, schedule: hours, watch }: WrittenGroup) {
  return {
    name,
    targets,
    floors: { ...(preset === undefined ? {} : PRESETS[preset].floors), ...floorsOf(thresholds) },
    schedules: (hours ?? []).map((entry) => ({
      days: entry.days ?? [0, 1, 2, 3, 4, 5, 6],
      fromMinute: entry.from,
      toMinute: entry.to,
      floors: floorsOf(entry.thresholds),
    })),
    isWatched: watch ?? true,
  };
}

/** The file's short words to the names of the program. */
function floorsOf(written: WrittenFloors | undefined): FloorSettings {
  if (written === undefined) return {};
  return withoutUndefined({
    pps: written.pps,
    bps: written.bps,
    synPps: written.syn,
    reflectionPps: written.reflection,
    icmpPps: written.icmp,
    illegalPps: written.illegal,
    udpPps: written.udp,
    tcpPps: written.tcp,
    requestsPerSec: written.requests,
    requestsPerSecLeast: written.requestsLeast,
    requestsOverUsual: written.requestsOverUsual,
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T | undefined): Defined<T> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, of]) => of !== undefined)) as Defined<T>;
}
