import { expect, test } from 'vitest';
import { DecodeStatus } from '../../records/decode-status.js';
import { decodeSsdp, SsdpKind, SsdpMessage } from './ssdp.js';

// tshark 4.0.17 calls the first three ssdp over UDP port 1900; the captures' 48 messages have the same kinds there.
test.each<[string, string, keyof typeof DecodeStatus, keyof typeof SsdpKind, Record<string, string>]>([
  [
    'a search (ja4.latest.pcapng 5)',
    'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: urn:dial-multiscreen-org:service:dial:1\r\n\r\n',
    'ok',
    'search',
    { man: '"ssdp:discover"', searchTarget: 'urn:dial-multiscreen-org:service:dial:1' },
  ],
  [
    'an announcement',
    'NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\nLocation:http://192.0.2.1/d.xml\r\n\r\n',
    'ok',
    'notify',
    { notificationType: 'upnp:rootdevice', usn: 'uuid:1::upnp:rootdevice', location: 'http://192.0.2.1/d.xml' },
  ],
  [
    'an answer, as reflectors send it',
    'HTTP/1.1 200 OK\r\nST: ssdp:all\r\nUSN: a\r\nUSN: b\r\nSERVER: Linux UPnP/1.0\r\n\r\n',
    'ok',
    'response',
    { searchTarget: 'ssdp:all', usn: 'a', server: 'Linux UPnP/1.0' },
  ],
  ['bare line feeds, any case', 'm-search * http/1.0\nst:x\n\n', 'ok', 'search', { searchTarget: 'x' }],
  ['no empty line', 'HTTP/1.1 200 OK\r\nST: upnp:roo', 'truncated', 'response', { searchTarget: 'upnp:roo' }],
  ['a first line only', 'NOTIFY * HTTP/1.1', 'truncated', 'notify', {}],
  ['another method', 'GET / HTTP/1.1\r\n\r\n', 'malformed', 'search', {}],
  ['nothing', '', 'malformed', 'search', {}],
])('%s', (_name, text, status, kind, ranges) => {
  const message = new SsdpMessage();
  const bytes = Buffer.from(text, 'latin1');
  expect(decodeSsdp(bytes, 0, bytes.length, message)).toBe(DecodeStatus[status]);
  expect(message.kind).toBe(SsdpKind[kind]);
  const found: Record<string, string> = {};
  for (const name of ['searchTarget', 'notificationType', 'usn', 'server', 'location', 'man'] as const) {
    const range = message[name];
    if (range.isSet) found[name] = bytes.toString('latin1', range.at, range.end);
  }
  expect(found).toEqual(ranges);
});
