/** Both ways of live capture against the real kernel: the same frames, the same figures, the same behaviour. */
import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleHarness } from '../support/bundle-harness.js';
import { describeWith } from '../support/system.js';
import { NEAR, VethPair } from '../support/veth-pair.js';
import { type CaptureOptions, RunningCapture } from './running-capture.js';

const ADDRESSES = '020000000002020000000001';
/** UDP 192.0.2.1:9 > 192.0.2.2:`port`, 18 bytes of payload: 60 bytes with the Ethernet header. */
const udp = (port: number) =>
  `0800${'4500002e000040004011b6bbc0000201c0000202'}0009${port.toString(16).padStart(4, '0')}001a0000${'00'.repeat(18)}`;
const plain = (port = 9) => ADDRESSES + udp(port);
const tagged = (...tags: readonly string[]) => ADDRESSES + tags.join('') + udp(9);

describeWith(['root', 'ip', 'tcpdump', 'python3', 'koffi'], 'live capture in namespaces', () => {
  let pair: VethPair;
  let driver = '';

  beforeAll(async () => {
    driver = await bundleHarness('test/ring/capture-driver.ts');
    pair = await VethPair.open();
  });
  afterAll(async () => {
    await pair?.close();
    if (driver !== '') rmSync(dirname(driver), { recursive: true });
  });

  async function capture(options: CaptureOptions): Promise<RunningCapture> {
    const running = new RunningCapture(pair, driver, options);
    await running.health('live');
    return running;
  }

  /** The frames seen of those sent, as hex. */
  async function seen(options: CaptureOptions, send: () => Promise<void>): Promise<readonly string[]> {
    const running = await capture(options);
    await send();
    const { packets, dropped } = await running.stop();
    expect(dropped).toBe(0);
    expect(running.frames).toHaveLength(packets);
    return running.frames.map(({ hex }) => hex);
  }

  describe.each(['ring', 'tcpdump'] as const)('%s', (how) => {
    const spec = { capture: how };

    test('frames come as they were sent, with their VLAN tags', async () => {
      const sent = [
        plain(),
        tagged('81000064'),
        tagged('8100e064'),
        tagged('81000000'),
        tagged('88a80007', '81000064'),
        tagged('81000007', '81000064'),
      ];
      expect(await seen({ spec }, () => pair.send(sent.map((hex) => ({ hex }))))).toEqual(sent);
    });

    test.each([
      ['udp port 7', [plain(7)]],
      ['vlan 100', [tagged('81000064')]],
      ['udp and not vlan', [plain(9), plain(7)]],
    ])('filter "%s"', async (filter, expected) => {
      const sent = [plain(9), plain(7), tagged('81000064'), tagged('81000065')];
      expect(await seen({ spec: { ...spec, filter } }, () => pair.send(sent.map((hex) => ({ hex }))))).toEqual(
        expected,
      );
    });

    test('the snap length cuts; the length on the wire is kept', async () => {
      const running = await capture({ spec: { ...spec, snapLen: 64 } });
      await pair.send([{ hex: plain() + '11'.repeat(400) }, { hex: plain() }]);
      await running.stop();
      expect(running.frames.map(({ hex, wireLen }) => [hex.length / 2, wireLen])).toEqual([
        [64, 460],
        [60, 60],
      ]);
    });

    test.each([
      ['in', [plain(1)]],
      ['out', [plain(2)]],
      ['inout', [plain(1), plain(2)]],
    ] as const)('direction %s', async (direction, expected) => {
      const got = await seen({ spec: { ...spec, direction } }, async () => {
        await pair.send([{ hex: plain(1) }]);
        await pair.send([{ hex: plain(2) }], 'near');
      });
      expect(got).toEqual(expected);
    });

    test.each(['in', 'inout'] as const)('on the loopback each packet is seen once, direction %s', async (direction) => {
      const got = await seen({ spec: { ...spec, interface: 'lo', direction } }, () =>
        pair.send([{ hex: plain(1) }, { hex: plain(2) }], 'near', 'lo'),
      );
      expect(got).toEqual([plain(1), plain(2)]);
    });

    test('starved: received + dropped = sent', async () => {
      const running = await capture({ spec: { ...spec, bufferKib: 128 }, stallMs: 700, listFrames: false });
      const count = 30_000;
      await pair.send([{ hex: plain(), count }]);
      const { packets, dropped } = await running.stop();
      expect(packets + dropped).toBe(count);
      expect(dropped).toBeGreaterThan(0);
    });

    test('ended in the middle of a flood: what the kernel had taken is received or dropped', async () => {
      const running = await capture({ spec, listFrames: false });
      const flood = pair.send([{ hex: plain(), count: 50_000 }]);
      await running.event('count', ({ packets }) => packets > 1000);
      const { packets, dropped } = await running.stop();
      await flood;
      expect(packets + dropped).toBeGreaterThan(1000);
      expect(packets + dropped).toBeLessThanOrEqual(50_000);
    });

    test('link down, link up: it goes on', async () => {
      const running = await capture({ spec, keepTrying: true });
      await pair.send([{ hex: plain(1) }]);
      await running.event('frame');
      await pair.must('near', ['ip', 'link', 'set', NEAR, 'down']);
      // libpcap 1.10.2 and later waits without a word.
      if (how === 'ring') expect((await running.health('retrying')).detail).toContain('down');
      const from = running.events.length;
      await pair.must('near', ['ip', 'link', 'set', NEAR, 'up']);
      if (how === 'ring') await running.health('live', from);
      await pair.send([{ hex: plain(2) }]);
      await running.event('frame', ({ hex }) => hex === plain(2));
      expect((await running.stop()).kind).toBe('stopped');
    });

    test('interface gone and made again', async () => {
      const running = await capture({ spec, keepTrying: true });
      await pair.must('near', ['ip', 'link', 'del', NEAR]);
      await running.health('retrying');
      const from = running.events.length;
      await pair.connect();
      await running.health('live', from);
      await pair.send([{ hex: plain() }]);
      await running.event('frame');
      await running.stop();
    });

    test('a link that is down', async () => {
      const running = how === 'ring' ? await capture({ spec }) : null;
      await pair.must('near', ['ip', 'link', 'set', NEAR, 'down']);
      if (running !== null) expect((await running.event('failed')).code).toBe('INTERFACE_DOWN');
      const next = new RunningCapture(pair, driver, { spec });
      expect((await next.event('failed')).code).toBe('INTERFACE_DOWN');
      await pair.must('near', ['ip', 'link', 'set', NEAR, 'up']);
    });

    test.each([
      [{ interface: 'nope0' }, 'INTERFACE_UNKNOWN'],
      [{ filter: 'tcp port (' }, 'FILTER_SYNTAX'],
      [{ filter: 'udp port 7) or (vlan 100' }, 'FILTER_SYNTAX'],
    ])('%o: %s', async (wrong, code) => {
      const running = new RunningCapture(pair, driver, { spec: { ...spec, ...wrong } });
      expect((await running.event('failed')).code).toBe(code);
    });
  });

  test('two rings of one fanout group share the frames', async () => {
    const spec = { fanout: 4711 };
    const both = [await capture({ spec }), await capture({ spec })];
    const ports = Array.from({ length: 64 }, (_, i) => ({ hex: plain(1000 + i), count: 10 }));
    await pair.send(ports);
    const [one, two] = await Promise.all(both.map((running) => running.stop()));
    expect(one!.packets + two!.packets).toBe(640);
    expect(Math.min(one!.packets, two!.packets)).toBeGreaterThan(0);
  });

  test('without koffi: tcpdump, and the status line says why', async () => {
    const running = await capture({ spec: { capture: 'auto' }, koffiFrom: null });
    const { name, detail } = await running.health('live');
    expect(name).toBe(`tcpdump ${NEAR} (no koffi)`);
    expect(detail).toContain('no packet ring: no koffi');
    await pair.send([{ hex: plain() }]);
    expect(await running.stop()).toMatchObject({ packets: 1, dropped: 0 });
  });

  test('every interface at once is for tcpdump', async () => {
    const running = await capture({ spec: { capture: 'auto', interface: 'any' } });
    expect((await running.health('live')).name).toBe('tcpdump any (all interfaces)');
    await running.stop();
  });

  test.each([
    [{ capture: 'ring' }, '--capture ring'],
    [{ capture: 'auto', fanout: 1 }, '--fanout'],
  ] as const)('%o does not fall back', async (spec, option) => {
    const running = new RunningCapture(pair, driver, { spec, koffiFrom: null });
    const { code, what } = await running.event('failed');
    expect([code, what]).toEqual(['RING_UNAVAILABLE', expect.stringContaining(`${option} is not possible: no koffi`)]);
  });

  test.skipIf(!existsSync('/dev/net/tun'))('a tunnel of plain IP', async () => {
    const feeder = pair.start('near', ['python3', '-u', '-c', TUN]);
    await new Promise((resolve) => feeder.stdout.once('data', resolve));
    const running = await capture({ spec: { interface: 'tun9', filter: 'udp port 7' } });
    feeder.stdin.write(`${udp(9).slice(4)}\n${udp(7).slice(4)}\n`);
    await running.event('frame');
    await running.stop();
    feeder.kill();
    expect(running.frames).toMatchObject([{ hex: udp(7).slice(4), linkType: 101 }]);
  });
});

/** Makes tun9 and lets each line of hex come in through it. */
const TUN = `
import fcntl, os, struct, subprocess, sys
tun = os.open('/dev/net/tun', os.O_RDWR)
fcntl.ioctl(tun, 0x400454ca, struct.pack('16sH', b'tun9', 0x1001))
subprocess.run(['ip', 'link', 'set', 'tun9', 'up'], check=True)
print('ready')
for line in sys.stdin:
    os.write(tun, bytes.fromhex(line.strip()))
`;
