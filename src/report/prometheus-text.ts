/** Figures for Prometheus: text exposition format 0.0.4. Label values may come from traffic or files; series are bounded. */
import type { Incident } from '../incident/incident.js';
import type { Snapshot } from '../snapshot/snapshot.js';

export interface MetricsInput {
  readonly version: string;
  readonly sensor: string;
  readonly snapshot: Snapshot | null;
  readonly incidents: readonly Incident[];
  /** Attacks told since the start. */
  readonly opened: number;
  readonly ended: number;
  readonly hooks: { readonly delivered: number; readonly failed: number; readonly waiting: number };
  /** Events of the store that could not be written yet. */
  readonly storeWaiting: number;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** An attacker chooses targets and vectors; Prometheus keeps a series for ever. */
const MOST_INCIDENTS = 50;
const STATES = ['connecting', 'live', 'paused', 'retrying', 'ended'] as const;
const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
const NO_LABELS: Labels = {};

export function prometheusText(input: MetricsInput): string {
  const page = new Page();
  page.gauge('ddostop_build_info', 'Version of the program.', [[{ version: input.version, sensor: input.sensor }, 1]]);
  if (input.snapshot !== null) trafficOf(page, input.snapshot);
  incidentsOf(page, input);
  const { delivered, failed, waiting } = input.hooks;
  page.counter('ddostop_hook_deliveries_total', 'Messages of hooks, by result.', [
    [{ result: 'delivered' }, delivered],
    [{ result: 'failed' }, failed],
  ]);
  page.gauge('ddostop_hook_waiting', 'Messages of hooks that wait in the spool.', [[NO_LABELS, waiting]]);
  page.gauge('ddostop_store_waiting', 'Events that the incident store could not write yet.', [
    [NO_LABELS, input.storeWaiting],
  ]);
  return page.text;
}

function trafficOf(page: Page, { source, totals, pps, bps, nowSec, sources, targets, shedding }: Snapshot): void {
  const label: Labels = { source: source.name };
  const one = (value: number): Sample[] => [[label, value]];
  page.gauge('ddostop_source_state', 'State of the source: 1 for the one it is in.', [
    ...STATES.map((state): Sample => [{ ...label, state }, Number(source.state === state)]),
  ]);
  page.counter('ddostop_packets_total', 'Packets received.', one(totals.packets));
  page.counter('ddostop_bytes_total', 'Bytes on the wire.', one(totals.bytes));
  page.counter('ddostop_dropped_packets_total', 'Packets lost before they were read.', one(totals.dropped));
  page.counter('ddostop_sampled_packets_total', 'Packets of which only one in some was decoded.', one(totals.sampled));
  page.counter('ddostop_damaged_packets_total', 'Packets cut by the capture, or against their RFC, or unknown.', [
    [{ ...label, kind: 'truncated' }, totals.truncated],
    [{ ...label, kind: 'malformed' }, totals.malformed],
    [{ ...label, kind: 'unsupported' }, totals.unsupported],
    [{ ...label, kind: 'late' }, totals.late],
  ]);
  page.gauge('ddostop_packets_per_second', 'Packets of the newest full second.', one(pps));
  page.gauge('ddostop_bits_per_second', 'Bits of the newest full second.', one(bps));
  page.gauge('ddostop_sample_rate', 'One in so many packets is decoded now.', one(shedding.sampleRate));
  page.gauge('ddostop_distinct_sources', 'Sources seen since the start; an estimate.', one(sources.distinct));
  page.gauge('ddostop_distinct_targets', 'Targets seen since the start; an estimate.', one(targets.distinct));
  page.gauge('ddostop_capture_time_seconds', 'Newest capture time, epoch seconds.', one(nowSec));
}

function incidentsOf(page: Page, { incidents, opened, ended }: MetricsInput): void {
  const open = incidents.filter(({ state }) => state === 'attack' || state === 'ending');
  page.counter('ddostop_incidents_opened_total', 'Attacks called since the start.', [[NO_LABELS, opened]]);
  page.counter('ddostop_incidents_ended_total', 'Attacks that ended since the start.', [[NO_LABELS, ended]]);
  page.gauge(
    'ddostop_incidents_open',
    'Attacks that go on, by severity.',
    SEVERITIES.map((severity): Sample => [{ severity }, open.filter((one) => one.severity === severity).length]),
  );
  const shown = open.toSorted((a, b) => (b.urgency ?? 0) - (a.urgency ?? 0)).slice(0, MOST_INCIDENTS);
  page.gauge(
    'ddostop_incident_packets_per_second',
    `Attack packets by target and vector, of the ${MOST_INCIDENTS} most urgent attacks.`,
    shown.flatMap(({ target, vectors }) => vectors.map(({ id, pps }): Sample => [{ target, vector: id }, pps])),
  );
  page.gauge(
    'ddostop_incident_urgency',
    'Urgency of an attack, 0 to 100.',
    shown.map(({ target, id, urgency }): Sample => [{ target, incident: id }, urgency ?? Number.NaN]),
  );
}

class Page {
  #lines: string[] = [];

  gauge(name: string, help: string, samples: readonly Sample[]): void {
    this.#add(name, 'gauge', help, samples);
  }

  counter(name: string, help: string, samples: readonly Sample[]): void {
    this.#add(name, 'counter', help, samples);
  }

  #add(name: string, type: string, help: string, samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [labels, value] of samples) this.#lines.push(`${name}${labelText(labels)} ${numberText(value)}`);
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** Backslash, quote and line feed as the format says; other controls have no escape there and become "?". */
function escaped(value: string): string {
  return value
    .slice(0, 200)
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')
    .replace(/[\p{Cc}\p{Cs}]/gu, '?');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
