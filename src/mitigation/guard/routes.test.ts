import { describe, expect, test } from 'vitest';
import { formatPrefix } from '../../format/address.js';
import { parseGateways4, parseGateways6, parseResolvers } from './routes.js';

describe('gateways and resolvers', () => {
  test('/proc/net/route: only gateways of default routes', () => {
    const text = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth1\t0000000A\t0100000A\t0003\t0\t0\t0\t000000FF\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0
`;
    expect(parseGateways4(text, 'LE').map(formatPrefix)).toEqual(['192.0.2.1']);
    expect(parseGateways4('', 'LE')).toEqual([]);
  });

  test('/proc/net/ipv6_route', () => {
    const zero = '0'.repeat(32);
    const text = `20010db8000f00000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001 eth0
${zero} 00 ${zero} 00 20010db8000f00000000000000000001 00000400 00000002 00000000 00000003 eth0
${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003 eth1
${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200 lo
`;
    expect(parseGateways6(text).map(formatPrefix)).toEqual(['2001:db8:f::1', 'fe80::1']);
  });

  test('resolv.conf', () => {
    const text =
      '# nameserver 9.9.9.9\nnameserver 192.0.2.53\nnameserver   2001:db8::53\nnameserver fe80::1%eth0\nnameserver name\nsearch x\n nameserver 1.1.1.1\n';
    expect(parseResolvers(text).map(formatPrefix)).toEqual(['192.0.2.53', '2001:db8::53', 'fe80::1']);
  });
});
