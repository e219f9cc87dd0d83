import { expect, test } from 'vitest';
import { linkTypeName } from './link-type-name.js';

// As pcap_datalink_val_to_name(3) of libpcap 1.10.3 says, but for names of DLT_ that are not those of LINKTYPE_.
test.each([
  [1, 'ETHERNET (1)'],
  [113, 'LINUX_SLL (113)'],
  [147, 'USER0 (147)'],
  [162, 'USER15 (162)'],
  [231, 'DBUS (231)'],
  [276, 'LINUX_SLL2 (276)'],
  [291, '291'],
  [65_535, '65535'],
])('link type %i is %s', (linkType, name) => {
  expect(linkTypeName(linkType)).toBe(name);
});
