/** The packet-level part of a `ddostop.report/1` document: what the ground truth of a capture can be compared with. */
export interface TopEntry {
  readonly key: string;
  readonly packets: number;
  readonly bytes: number;
}

export interface Top {
  readonly distinct: number;
  readonly byPackets: readonly TopEntry[];
  readonly byBytes: readonly TopEntry[];
}

export interface Layer {
  readonly sources: Top;
  readonly targets: Top;
  readonly sourcePorts: Top;
  readonly targetPorts: Top;
  readonly protocols: Top;
  readonly tcpFlags: Top;
  readonly ttls: Top;
  readonly fragments: number;
}

export interface ReportFacts {
  readonly packets: number;
  readonly bytesOnWire: number;
  readonly bytesCaptured: number;
  /** Decimal seconds with nine digits, in file order; null without packets. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  readonly ipVersions: { readonly '4': number; readonly '6': number; readonly none: number };
  readonly counters: { readonly tunnelled: number };
  readonly error: { readonly code: string; readonly atByte: number | null } | null;
  readonly outer: Layer;
  readonly inner: Layer;
  readonly frameLengths: Top;
}
