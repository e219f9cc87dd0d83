/** What the host's stack says, as rows: rates of what was only ever counted, levels, and which of them mean that something is being lost. */
import type { CounterSample, HostSignals, SetSummary } from '../../records/counter-sample.js';
import type { SignalRow } from '../../snapshot/rules-view.js';

interface Definition {
  readonly id: string;
  readonly label: string;
  readonly field: keyof HostSignals;
  /** It happens to somebody's packets when it is not zero. */
  readonly isLoss: boolean;
  readonly meaning: string;
}

/** Documentation/networking/snmp_counter.rst of the kernel has the TCP ones. */
const RATES: readonly Definition[] = [
  loss(
    'syn-cookies-sent',
    'SYN cookies sent',
    'synCookiesSent',
    'the queue of half-open connections is full: a SYN flood',
  ),
  plain('syn-cookies-recv', 'SYN cookies answered', 'synCookiesRecv', 'connections made in spite of it'),
  plain(
    'syn-cookies-failed',
    'SYN cookies wrong',
    'synCookiesFailed',
    'ACKs to no handshake of ours: late, or an ACK flood',
  ),
  plain('request-queue-full', 'SYN queue full', 'requestQueueFull', 'SYNs that were answered with a cookie'),
  loss(
    'listen-overflows',
    'listen overflows',
    'listenOverflows',
    'an application does not accept its connections fast enough',
  ),
  loss('listen-drops', 'listen drops', 'listenDrops', 'handshakes were dropped'),
  plain('synproxy-syn', 'SYNPROXY SYNs', 'synProxySyn', 'SYNs answered in front of the connection table'),
  plain('synproxy-valid', 'SYNPROXY cookies valid', 'synProxyCookieValid', 'real connections let through'),
  plain('synproxy-invalid', 'SYNPROXY cookies wrong', 'synProxyCookieInvalid', 'ACKs to no SYN of theirs'),
  loss('conntrack-drops', 'connection table drops', 'conntrackDrops', 'packets had no place in the connection table'),
  plain('rx-dropped', 'interface drops', 'rxDropped', 'received and not handed on by the interfaces'),
  loss(
    'softnet-dropped',
    'backlog drops',
    'softnetDropped',
    'a processor did not keep up: packets were lost before any rule',
  ),
  plain('softnet-squeezed', 'backlog squeezed', 'softnetSqueezed', 'rounds of receiving that ended with work left'),
  loss(
    'udp-errors',
    'UDP errors',
    'udpReceiveErrors',
    'datagrams an application did not take in time, or damaged ones',
  ),
];
/** nf_conntrack refuses new connections when full, and begins to evict early above 95 %. */
const CONNTRACK_ALARM = 0.8;
/** A full dynamic set lets new sources pass (netfilter fails open). */
const SET_ALARM = 0.8;

export class SignalRates {
  #last: { readonly signals: HostSignals; readonly steadyMs: number } | null = null;
  #rates = new Map<keyof HostSignals, number>();

  get rxPps(): number | null {
    return this.#rates.get('rxPackets') ?? null;
  }

  get rxBps(): number | null {
    const bytes = this.#rates.get('rxBytes');
    return bytes === undefined ? null : bytes * 8;
  }

  take({ signals, steadyMs }: CounterSample): void {
    const last = this.#last;
    this.#rates = new Map();
    this.#last = { signals, steadyMs };
    if (last === null || steadyMs <= last.steadyMs) return;
    for (const field of Object.keys(signals) as (keyof HostSignals)[]) {
      const [now, before] = [signals[field], last.signals[field]];
      // Lower: an interface went away, or a module was loaded anew.
      if (now === null || before === null || now < before) continue;
      this.#rates.set(field, ((now - before) * 1000) / (steadyMs - last.steadyMs));
    }
  }

  /** The next sample begins anew. */
  forget(): void {
    this.#last = null;
    this.#rates = new Map();
  }

  rows(sets: readonly SetSummary[]): SignalRow[] {
    const signals = this.#last?.signals;
    if (signals === undefined) return [];
    const conntrack = conntrackRow(signals);
    return [
      ...RATES.flatMap((definition) => this.#row(definition, signals[definition.field])),
      ...(conntrack === null ? [] : [conntrack]),
      ...sets.flatMap(fullSetRow),
    ];
  }

  #row({ id, label, field, isLoss, meaning }: Definition, value: number | null): SignalRow[] {
    if (value === null) return [];
    const rate = this.#rates.get(field) ?? null;
    return [{ id, label, rate, fill: null, value, isAlarming: isLoss && rate !== null && rate > 0, meaning }];
  }
}

function conntrackRow({ conntrackCount: value, conntrackMax: most }: HostSignals): SignalRow | null {
  if (value === null || most === null || most <= 0) return null;
  const fill = Math.min(1, value / most);
  const meaning = `of ${most} connections; full, new ones are dropped`;
  return {
    id: 'conntrack',
    label: 'connection table',
    rate: null,
    fill,
    value,
    isAlarming: fill > CONNTRACK_ALARM,
    meaning,
  };
}

/** Only what is nearly full is worth a row. */
function fullSetRow({ key, name, flags, elements, maxElements }: SetSummary): SignalRow[] {
  if (elements === null || maxElements === null || maxElements <= 0) return [];
  const fill = Math.min(1, elements / maxElements);
  if (fill < SET_ALARM) return [];
  const meaning = flags.includes('dynamic')
    ? `${elements} of ${maxElements}: above it new sources pass`
    : `${elements} of ${maxElements}: above it nothing can be added`;
  return [{ id: `set ${key}`, label: `set ${name}`, rate: null, fill, value: elements, isAlarming: true, meaning }];
}

function loss(id: string, label: string, field: keyof HostSignals, meaning: string): Definition {
  return { id, label, field, isLoss: true, meaning };
}

function plain(id: string, label: string, field: keyof HostSignals, meaning: string): Definition {
  return { id, label, field, isLoss: false, meaning };
}
