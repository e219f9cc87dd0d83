import { describe, expect, test } from 'vitest';
import { tcpdumpArguments } from './tcpdump-collector.js';
import { checkInterfaceName, isListening, parseDroppedByKernel, tcpdumpFailure } from './tcpdump-messages.js';

describe('interface names', () => {
  test.each(['eth0', 'any', 'enp3s0f1.100', 'br-lan', 'wg0', '_x', 'eth0:1'])('%s is one', (name) => {
    expect(() => checkInterfaceName(name)).not.toThrow();
  });
  test.each(['', '-w', '--version', 'a b', 'eth0;id', '$(id)', 'x'.repeat(16), '../x', 'eth0\n', '\u001b[31m'])(
    '%j is none',
    (name) => {
      expect(() => checkInterfaceName(name)).toThrow(expect.objectContaining({ code: 'INTERFACE_NAME' }));
    },
  );
});

test.each<[string, number | null]>([
  ['0 packets dropped by kernel', 0],
  ['1 packet dropped by kernel', 1],
  ['5 packets captured, 6 packets received by filter, 12 packets dropped by kernel', 12],
  ['tcpdump: 5 packets captured, 6 packets received by filter, 3 packets dropped by kernel', 3],
  ['7 packets dropped by interface', null],
  ['tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 128 bytes', null],
])('%s', (line, dropped) => {
  expect(parseDroppedByKernel(line)).toBe(dropped);
});

test('tcpdump listens once it says so', () => {
  expect(isListening('tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 512 bytes')).toBe(true);
  expect(isListening('tcpdump: data link type LINUX_SLL2')).toBe(false);
});

test.each<[string, string]>([
  [
    "tcpdump: eth0: You don't have permission to perform this capture on that device\n(socket: Operation not permitted)",
    'CAPTURE_PRIVILEGE',
  ],
  ["tcpdump: eth0: You don't have permission to capture on that device", 'CAPTURE_PRIVILEGE'],
  ['tcpdump: nope0: No such device exists\n(No such device exists)', 'INTERFACE_UNKNOWN'],
  ['tcpdump: nope0: SIOCGIFHWADDR: No such device', 'INTERFACE_UNKNOWN'],
  ["tcpdump: can't parse filter expression: syntax error", 'FILTER_SYNTAX'],
  ['tcpdump: syntax error in filter expression: syntax error', 'FILTER_SYNTAX'],
  ["tcpdump: unknown host 'nohost'", 'FILTER_SYNTAX'],
  ['tcpdump: eth0: That device is not up', 'INTERFACE_DOWN'],
  ['tcpdump: The interface disappeared', 'TCPDUMP_FAILED'],
  ['', 'TCPDUMP_FAILED'],
])('"%s" means %s', (stderr, code) => {
  const error = tcpdumpFailure('eth0', `tcpdump: listening on eth0\n${stderr}\n`, 1);
  expect(error.code).toBe(code);
  expect(error.message).toContain('tcpdump on eth0 ended with 1: ');
});

test('what tcpdump repeats cannot reach the terminal as control characters', () => {
  expect(tcpdumpFailure('eth0', "tcpdump: syntax error near '\u001b[2J'", 1).message).not.toMatch(/[^\x20-\x7e]/);
});

test('the filter is one argument behind "--"', () => {
  const args = tcpdumpArguments({ device: 'eth0', filter: '-w /etc/passwd; reboot' });
  expect(args.slice(-2)).toEqual(['--', '-w /etc/passwd; reboot']);
  expect(tcpdumpArguments({ device: 'eth0', filter: ' ' })).not.toContain('--');
});
