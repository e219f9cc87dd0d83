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

/** Counts are messages. */
export interface Layer7Facts {
  readonly dns: {
    readonly messages: { readonly queries: number; readonly responses: number; readonly multicastQueries: number };
    readonly queries: Top;
    readonly responses: Top;
    readonly multicast: Top;
  };
  readonly http: {
    readonly requests: number;
    readonly methods: Top;
    readonly hosts: Top;
    readonly uris: Top;
    readonly userAgents: Top;
  };
  readonly tls: {
    readonly clientHellos: number;
    readonly quicClientHellos: number;
    readonly dtlsClientHellos: number;
    readonly ja3: Top;
    readonly ja4: Top;
    readonly serverNames: Top;
  };
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
