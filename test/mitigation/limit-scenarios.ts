/** Limits and samples against the real kernel, the same for every firewall: what reaches the victim, what is counted. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { MitigationBackend } from '../../src/mitigation/types.js';
import { type Burst, Lab } from '../support/lab.js';
import { LabMitigate } from './lab-mitigate.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };

/** Opens connections one after the other and keeps them; prints how many were answered. */
const CONNECTOR = `
import socket, sys
target, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
held = []
for i in range(count):
    try:
        s = socket.create_connection((target, port), 0.5)
        s.settimeout(0.5)
        s.sendall(b'x')
        if s.recv(1): held.append(s)
    except OSError: pass
print(len(held))
`;
const ECHO = `
import socket, sys, threading
def serve(s):
    try:
        while True:
            data = s.recv(100)
            if not data: return
            s.sendall(data)
    except OSError: pass
server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('::', int(sys.argv[1])))
server.listen(100)
print('ready', flush=True)
while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
`;

function burst(from: 'attacker' | 'client', source: string, packets: number): Burst {
  return { from, source, target: source.includes(':') ? '2001:db8:f::10' : '192.0.2.10', packets };
}

export function limitScenarios(backend: MitigationBackend): void {
  let lab: Lab;
  let mitigate: LabMitigate;

  beforeAll(async () => {
    lab = await Lab.open();
    mitigate = await LabMitigate.open(lab, 'victim', backend);
  });
  afterAll(async () => {
    await lab?.close();
    mitigate?.close();
  });
  afterEach(async () => {
    await mitigate.run('panic');
  });

  test('a prefix as a whole: its sources share the rate, others are not touched', async () => {
    await mitigate.apply('--rate-limit', '198.51.100.0/24=20', '2001:db8:a::/64=20');
    const got = await lab.received([
      burst('attacker', '198.51.100.10', 200),
      burst('attacker', '198.51.100.11', 200),
      burst('attacker', '2001:db8:a::10', 200),
      burst('attacker', '2001:db8:a::11', 200),
      burst('client', '203.0.113.10', 200),
      burst('client', '2001:db8:c::10', 200),
    ]);
    // A burst of one second's packets, then the rate for as long as sending takes.
    expect(got.attacker4).toBeGreaterThanOrEqual(20);
    expect(got.attacker4).toBeLessThan(60);
    expect(got.attacker6).toBeGreaterThanOrEqual(20);
    expect(got.attacker6).toBeLessThan(60);
    expect(got).toMatchObject({ client4: 200, client6: 200 });
    const [live] = await mitigate.list();
    expect(live).toMatchObject({ packets: 800 - got.attacker4 - got.attacker6, state: 'confirmed' });
    expect(live?.rules?.words).toContain('at most 20 packets a second from 198.51.100.0/24 together');
  });

  test('each source has a rate of its own; of IPv6 a /64 is one source', async () => {
    await mitigate.apply('--rate-limit-each', '20', '--narrow');
    const got = await lab.received([
      burst('attacker', '198.51.100.10', 200),
      burst('attacker', '198.51.100.11', 200),
      burst('attacker', '2001:db8:a::10', 200),
      burst('attacker', '2001:db8:a::11', 200),
      burst('client', '203.0.113.10', 15),
      burst('client', '2001:db8:c::10', 15),
    ]);
    expect(got.attacker4).toBeGreaterThanOrEqual(40);
    expect(got.attacker4).toBeLessThan(100);
    expect(got.attacker6).toBeGreaterThanOrEqual(20);
    expect(got.attacker6).toBeLessThan(60);
    expect(got).toMatchObject({ client4: 15, client6: 15 });
  });

  test('a target as a whole, with what is allowed above it', async () => {
    const args = ['--rate-limit-target', '192.0.2.10=30', '2001:db8:f::10=30', '--allow', '203.0.113.10'];
    await mitigate.apply(...args, '2001:db8:c::10', '--narrow');
    const got = await lab.received([
      burst('attacker', '198.51.100.10', 300),
      burst('attacker', '2001:db8:a::10', 300),
      burst('client', '203.0.113.10', 200),
      burst('client', '2001:db8:c::10', 200),
    ]);
    for (const name of ['attacker4', 'attacker6'] as const) {
      expect(got[name]).toBeGreaterThanOrEqual(30);
      expect(got[name]).toBeLessThan(90);
    }
    expect(got).toMatchObject({ client4: 200, client6: 200 });
  });

  test('connections of each source, IPv4 and IPv6; undo lets new ones in, the held ones live on', async () => {
    const server = lab.start('victim', ['python3', '-c', ECHO, '8443']);
    await new Promise((resolve) => server.stdout.once('data', resolve));
    const id = await mitigate.apply('--connection-limit', '192.0.2.10:8443=3', '[2001:db8:f::10]:8443=3');
    for (const target of ['192.0.2.10', '2001:db8:f::10']) {
      const { stdout } = await lab.run('attacker', ['python3', '-c', CONNECTOR, target, '8443', '8']);
      expect({ target, usable: stdout.trim() }).toEqual({ target, usable: '3' });
      const other = await lab.run('client', ['python3', '-c', CONNECTOR, target, '8443', '2']);
      expect({ target, usable: other.stdout.trim() }).toEqual({ target, usable: '2' });
    }
    expect((await mitigate.list())[0]?.packets).toBeGreaterThanOrEqual(10);
    expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
    const after = await lab.run('attacker', ['python3', '-c', CONNECTOR, '192.0.2.10', '8443', '8']);
    expect(after.stdout.trim()).toBe('8');
    server.kill('SIGKILL');
  });

  test('a sample counts what it would drop, known good sources apart, and drops nothing', async () => {
    const good = ['--good', '203.0.113.0/24', '2001:db8:c::10'];
    const block = ['--block', '198.51.100.0/24', '203.0.113.10', '2001:db8:a::/64', '2001:db8:c::/64'];
    const id = await mitigate.apply(...block, '--sample-only', ...good);
    expect(await lab.measure()).toEqual(ALL);
    const [live] = await mitigate.list();
    expect(live).toMatchObject({ id, packets: 80, sample: { goodPackets: 40 } });
    expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
    expect(await mitigate.list()).toEqual([]);
  });

  test('a limit ends by itself, and is extended', async () => {
    const id = await mitigate.apply('--rate-limit', '198.51.100.0/24=1', '--ttl', '3s');
    expect(await mitigate.run('extend', id, '--ttl', '1h')).toMatchObject({ code: 0 });
    expect((await mitigate.list())[0]?.expiresInSec).toBeGreaterThan(3500);
    expect(await mitigate.run('extend', id, '--ttl', '1s')).toMatchObject({ code: 0 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await lab.measure()).toEqual(ALL);
    const gone = await mitigate.run('extend', id);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('MITIGATION_ENDED') });
  });

  test('limits that would count the operator are refused; the narrowed plan lets the session pass', async () => {
    const env = { ...mitigate.env, SSH_CONNECTION: '198.51.100.10 50500 192.0.2.10 22' };
    const args = ['--rate-limit', '198.51.100.0/24=5'];
    const refused = await lab.run('victim', [...mitigate.argv, 'apply', '--yes', ...mitigate.place, ...args], { env });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/PROTECTED_ADDRESS.*your ssh session/) });
    const narrowed = [...mitigate.argv, 'apply', '--yes', '--narrow', ...mitigate.place, ...args];
    expect(await lab.run('victim', narrowed, { env })).toMatchObject({ code: 0 });
    expect((await mitigate.list())[0]?.allow).toEqual(['198.51.100.10 to tcp port 22']);
  });
}
