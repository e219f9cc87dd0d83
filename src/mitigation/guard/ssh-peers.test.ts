import { describe, expect, test } from 'vitest';
import { formatPrefix } from '../../format/address.js';
import { parseEndpoint, parseProcTcpPeers, parseSshConnection, parseSsPeers } from './ssh-peers.js';

const peers = (list: ReturnType<typeof parseSsPeers>) =>
  list.map(({ address, port }) => `${formatPrefix(address)} ${port}`);

describe('ssh peers', () => {
  // `ss -Htnp state established` of iproute2 6.1: receive queue, send queue, local, peer, process.
  test.each([
    [
      'sshd on another port',
      '0 36 192.0.2.10:2222 203.0.113.10:50500 users:(("sshd",pid=7,fd=4),("sshd",pid=5,fd=4))',
      ['203.0.113.10 2222'],
    ],
    [
      'OpenSSH 9.8',
      '0 0 [2001:db8:f::10]:22 [2001:db8:c::10]:50500 users:(("sshd-session",pid=7,fd=4))',
      ['2001:db8:c::10 22'],
    ],
    ['without rights no process is named', '0 0 192.0.2.10:22 203.0.113.10:50500 ', ['203.0.113.10 22']],
    [
      'IPv4 on an IPv6 socket',
      '0 0 [::ffff:192.0.2.10]:22 [::ffff:203.0.113.10]:50500 users:(("sshd",pid=7,fd=4))',
      ['203.0.113.10 22'],
    ],
    ['link-local with zone', '0 0 [fe80::1]%eth0:22 [fe80::2]%eth0:50500 users:(("sshd",pid=7,fd=4))', ['fe80::2 22']],
    ['with a state column', 'ESTAB 0 0 192.0.2.10%eth0:22 203.0.113.10:50500', ['203.0.113.10 22']],
    ['another server', '0 0 192.0.2.10:443 203.0.113.10:50500 users:(("nginx",pid=7,fd=4))', []],
    ['our own ssh to elsewhere', '0 0 192.0.2.10:50500 203.0.113.10:22 users:(("ssh",pid=7,fd=4))', []],
    ['garbage', 'Cannot open netlink socket\n\n::: 1:2:3 [::1 x', []],
  ])('%s', (_, text, expected) => expect(peers(parseSsPeers(text))).toEqual(expected));

  test.each([
    ['192.0.2.1:22', true],
    ['[2001:db8::1]:22', true],
    ['192.0.2.1:0', false],
    ['192.0.2.1:65536', false],
    ['*:22', false],
    ['0.0.0.0:*', false],
    ['192.0.2.1', false],
  ])('endpoint %s', (text, ok) => expect(parseEndpoint(text) !== null).toBe(ok));

  test.each([
    ['203.0.113.10 50500 192.0.2.10 22', '203.0.113.10 22'],
    ['2001:db8::9 50500 2001:db8::1 2222', '2001:db8::9 2222'],
    ['fe80::9%eth0 50500 fe80::1%eth0 22', 'fe80::9 22'],
    ['::ffff:203.0.113.10 50500 ::ffff:192.0.2.10 22', '203.0.113.10 22'],
    ['', null],
    ['garbage', null],
    ['203.0.113.10 50500', null],
    ['203.0.113.0/24 1 192.0.2.10 22', null],
    ['203.0.113.10 1 192.0.2.10 99999', null],
  ])('SSH_CONNECTION=%s', (value, expected) => {
    const peer = parseSshConnection(value);
    expect(peer && `${formatPrefix(peer.address)} ${peer.port}`).toBe(expected);
  });

  test('/proc/net/tcp: established on ssh ports, words in machine order', () => {
    const v4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0A0200C0:0016 0A7100CB:C544 01 00000000:00000000 02:000A7214 00000000     0        0 1 2
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   2: 0A0200C0:01BB 0B7100CB:C544 01 00000000:00000000 00:00000000 00000000     0        0 1 1`;
    expect(peers(parseProcTcpPeers(v4, new Set([22]), 'LE'))).toEqual(['203.0.113.10 22']);
    const v6 = `  sl  local_address remote_address st
   0: B80D01200F0000000000000010000000:0016 B80D01200C0000000000000010000000:C544 01 0
   1: 0000000000000000FFFF00000A0200C0:0016 0000000000000000FFFF00000A7100CB:C544 01 0`;
    expect(peers(parseProcTcpPeers(v6, new Set([22]), 'LE'))).toEqual(['2001:db8:0:c::10 22', '203.0.113.10 22']);
  });
});
