/**
 * ClientHellos of common TLS stacks: suites and extensions in the order sent, GREASE where the stack sends it (RFC 8701). One of Chrome
 * mixes its extensions anew for every connection, so its JA3 are many and its JA4 is one.
 */

export interface HelloShape {
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
  readonly groups: readonly number[];
  readonly algorithms: readonly number[];
  readonly alpn: readonly string[];
  /** GREASE in suites, extensions, groups and versions. */
  readonly hasGrease: boolean;
  readonly mixesExtensions: boolean;
  /** A key share of X25519MLKEM768: 1216 bytes, so that the hello takes two segments. */
  readonly hasHybridKey: boolean;
}

const WEB = ['h2', 'http/1.1'];

export const CHROME_HELLO: HelloShape = {
  ciphers: [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f, 0x35,
  ],
  extensions: [0, 23, 0xff01, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27, 0x44cd, 0xfe0d],
  groups: [0x11ec, 29, 23, 24],
  algorithms: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
  alpn: WEB,
  hasGrease: true,
  mixesExtensions: true,
  hasHybridKey: true,
};

export const FIREFOX_HELLO: HelloShape = {
  ciphers: [
    0x1301, 0x1303, 0x1302, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030, 0xc00a, 0xc009, 0xc013, 0xc014, 0x9c, 0x9d,
    0x2f, 0x35,
  ],
  extensions: [0, 23, 0xff01, 10, 11, 35, 16, 5, 34, 18, 51, 43, 13, 45, 28, 27, 0xfe0d],
  groups: [0x11ec, 29, 23, 24, 25, 256, 257],
  algorithms: [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201],
  alpn: WEB,
  hasGrease: false,
  mixesExtensions: false,
  hasHybridKey: true,
};

export const SAFARI_HELLO: HelloShape = {
  ciphers: [
    0x1301, 0x1302, 0x1303, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8, 0xc00a, 0xc009, 0xc014, 0xc013, 0x9d, 0x9c,
    0x35, 0x2f, 0xc008, 0xc012, 0x0a,
  ],
  extensions: [0, 23, 0xff01, 10, 11, 16, 5, 13, 18, 51, 45, 43, 27, 21],
  groups: [29, 23, 24, 25],
  algorithms: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201],
  alpn: WEB,
  hasGrease: true,
  mixesExtensions: false,
  hasHybridKey: false,
};

/** OpenSSL 3 as curl uses it. */
export const CURL_HELLO: HelloShape = {
  ciphers: [
    0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0x9f, 0xcca9, 0xcca8, 0xccaa, 0xc02b, 0xc02f, 0x9e, 0xc024, 0xc028, 0x6b,
    0xc023, 0xc027, 0x67, 0xc00a, 0xc014, 0x39, 0xc009, 0xc013, 0x33, 0x9d, 0x9c, 0x3d, 0x3c, 0x35, 0x2f, 0xff,
  ],
  extensions: [0, 11, 10, 16, 22, 23, 49, 13, 43, 45, 51, 21],
  groups: [29, 23, 30, 25, 24, 256, 257, 258, 259, 260],
  algorithms: [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
    0x0303, 0x0301, 0x0302, 0x0402, 0x0502, 0x0602,
  ],
  alpn: WEB,
  hasGrease: false,
  mixesExtensions: false,
  hasHybridKey: false,
};

/** crypto/tls of Go. */
export const GO_HELLO: HelloShape = {
  ciphers: [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x1301, 0x1302, 0x1303],
  extensions: [0, 11, 0xff01, 23, 18, 5, 10, 13, 16, 43, 51],
  groups: [29, 23, 24, 25],
  algorithms: [0x0804, 0x0403, 0x0807, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0503, 0x0603],
  alpn: WEB,
  hasGrease: false,
  mixesExtensions: false,
  hasHybridKey: false,
};
