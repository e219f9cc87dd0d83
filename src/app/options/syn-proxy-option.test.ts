import { expect, test } from 'vitest';
import { parseSynProxy, synProxyText } from './syn-proxy-option.js';

test.each([
  ['443', { prefix: null, port: 443, mss: 1460, wscale: 7, sack: true, timestamp: true }],
  ['192.0.2.10:443', { prefix: '192.0.2.10', port: 443, mss: 1460, wscale: 7, sack: true, timestamp: true }],
  ['[2001:db8::10]:443', { prefix: '2001:db8::10', port: 443, mss: 1440, wscale: 7, sack: true, timestamp: true }],
  ['192.0.2.0/24:22=1400,9', { prefix: '192.0.2.0/24', port: 22, mss: 1400, wscale: 9, sack: false, timestamp: false }],
  ['80=1460,7,timestamp', { prefix: null, port: 80, mss: 1460, wscale: 7, sack: false, timestamp: true }],
])('%s, and back', (text, request) => {
  expect(parseSynProxy(text)).toEqual(request);
  expect(parseSynProxy(synProxyText(request))).toEqual(request);
});

test.each([
  '',
  ':443',
  '443=',
  '443=1460',
  '443=1460,7,sack;drop',
  '443=1460,7,timestamp,sack',
  '443\n',
  '2001:db8::10:443',
  'x'.repeat(100_000),
])('refused: %j', (text) => {
  expect(() => parseSynProxy(text)).toThrow(/BAD_SYN_PROXY|expected \[TARGET:\]PORT/);
});
