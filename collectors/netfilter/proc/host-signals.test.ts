import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitByPath } from '../signal-reader.js';
import { readBootId, readHostSignals, SIGNAL_FILES } from './host-signals.js';

// Linux 6.18, shortened; numbers made tell-tale.
const TEXTS = {
  netstat: `TcpExt: SyncookiesSent SyncookiesRecv SyncookiesFailed ListenOverflows ListenDrops TCPReqQFullDoCookies
TcpExt: 1935 12 3 4 5 1936
IpExt: InNoRoutes InOctets
IpExt: 0 17
`,
  snmp: `Ip: Forwarding DefaultTTL
Ip: 1 64
Udp: InDatagrams NoPorts InErrors
Udp: 100 2 7
`,
  dev: `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 999999    9999    9    9    0     0          0         0   999999    9999    0    0    0     0       0          0
  eth0:   1000      10    0    1    0     0          0         0      500       5    0    0    0     0       0          0
eth1:2000      20    0    2    0     0          0         0      500       5    0    0    0     0       0          0
`,
  softnet: `114752c7 00000001 00000090 00000000 00000000 00000000
13284ef1 0000000a 000000aa 00000000 00000000 00000000
`,
  conntrack: `entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
0000000c  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000010 00000002 00000000  00000000 00000000 00000000 00000000
0000000c  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000010 00000002 00000000  00000000 00000000 00000000 00000000
`,
  synproxy: `entries\t\tsyn_received\tcookie_invalid\tcookie_valid\tcookie_retrans\tconn_reopened
00000000\t000007dc\t00000001\t0000000c\t00000000\t00000000
00000000\t00000001\t00000000\t00000001\t00000000\t00000000
`,
  conntrackCount: '12\n',
  conntrackMax: '65536\n',
  bootId: '01234567-89ab-4cde-8f01-23456789abcd\n',
};

test('every field', () => {
  expect(readHostSignals(TEXTS)).toEqual({
    synCookiesSent: 1935,
    synCookiesRecv: 12,
    synCookiesFailed: 3,
    listenOverflows: 4,
    listenDrops: 5,
    requestQueueFull: 1936,
    synProxySyn: 0x7dd,
    synProxyCookieValid: 13,
    synProxyCookieInvalid: 1,
    conntrackCount: 12,
    conntrackMax: 65_536,
    conntrackDrops: 2 + 32 + 4,
    rxPackets: 30,
    rxBytes: 3000,
    rxDropped: 3,
    softnetDropped: 11,
    softnetSqueezed: 0x13a,
    udpReceiveErrors: 7,
  });
  expect(readBootId(TEXTS)).toBe('01234567-89ab-4cde-8f01-23456789abcd');
});

test('what is not there is null, never zero; loopback alone has received nothing', () => {
  expect(new Set(Object.values(readHostSignals({})))).toEqual(new Set([null]));
  expect(readBootId({ bootId: 'x\x1b[2J' })).toBe('');
  const [, , lo] = TEXTS.dev.split('\n');
  expect(readHostSignals({ dev: `\n\n${lo}\n` }).rxPackets).toBe(0);
});

test('the output of one command for all files', () => {
  const lines = Object.entries(TEXTS).flatMap(([file, text]) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => `${SIGNAL_FILES[file as keyof typeof SIGNAL_FILES]}:${line}`),
  );
  expect(readHostSignals(splitByPath(`${lines.join('\n')}\nsomething else\n`))).toEqual(readHostSignals(TEXTS));
});

test('no text gives anything but finite numbers and null', () => {
  const piece = fc.constantFrom(
    'TcpExt:',
    'SyncookiesSent',
    'lo:',
    'eth0:',
    '1',
    'ffffffff',
    '-1',
    '1e400',
    'zz',
    ' ',
    '\n',
    '\t',
    'syn_received',
    'drop',
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' '));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(SIGNAL_FILES)), text), (texts) =>
      Object.values(readHostSignals(texts)).every((value) => value === null || Number.isFinite(value)),
    ),
  );
});
