/** What an operator may do to the network he sits in himself, and how an attacker in it feels that it acts. */
import type { MitigationBackend } from '../../src/mitigation/types.js';
import { eq } from '../../src/signature/vectors/vector.js';
import type { Lab } from '../support/lab.js';
import type { LabMitigate } from './lab-mitigate.js';
import { diffFile } from './signature-lab.js';

export interface LockoutCase {
  readonly name: string;
  /** Absent: both firewalls. */
  readonly only?: MitigationBackend;
  /** Arguments of plan and apply. */
  readonly args: (mitigate: LabMitigate) => readonly string[];
  /** The attacker's packets or connections are cut, in both families. */
  readonly isFelt: (lab: Lab) => Promise<boolean>;
}

const ATTACKER = ['198.51.100.0/24', '2001:db8:a::/64'] as const;
const TARGETS = ['192.0.2.10', '2001:db8:f::10'] as const;
/** One router between the attacker and the victim. */
const TTL_ON_ARRIVAL = 63;
const BURST = 300;

/** Opens ssh connections one after the other from the attacker's own address and keeps them; prints how many were answered. */
const LOGINS = `
import socket, sys
held = []
for source, target in (('198.51.100.10', '192.0.2.10'), ('2001:db8:a::10', '2001:db8:f::10')):
    for i in range(int(sys.argv[1])):
        try:
            s = socket.create_connection((target, 22), 0.4, (source, 0))
            s.settimeout(0.4)
            if s.recv(4): held.append(s)
        except OSError: pass
print(len(held))
`;

async function packetsCut(lab: Lab, packets: number): Promise<boolean> {
  const { attacker4, attacker6 } = await lab.measure(packets);
  return attacker4 < packets && attacker6 < packets;
}

async function loginsCut(lab: Lab, each: number): Promise<boolean> {
  const { stdout } = await lab.run('attacker', ['python3', '-c', LOGINS, String(each)]);
  return Number(stdout) < 2 * each;
}

export const LOCKOUT_CASES: readonly LockoutCase[] = [
  {
    name: 'a block',
    args: () => ['--block', ...ATTACKER],
    isFelt: (lab) => packetsCut(lab, 20),
  },
  {
    name: 'a block on the hook of the device',
    only: 'nft',
    args: () => ['--block', ...ATTACKER, '--ingress', 'eth0'],
    isFelt: (lab) => packetsCut(lab, 20),
  },
  {
    name: 'a signature of TCP and UDP that fits the session',
    args: (mitigate) => [
      '--signature',
      diffFile(
        mitigate,
        [17, 6].map((protocol) => [eq('ip.proto', protocol), eq('ip.ttl', TTL_ON_ARRIVAL)]),
      ),
    ],
    isFelt: (lab) => packetsCut(lab, 20),
  },
  {
    name: 'a signature of SYNs to port 22',
    args: (mitigate) => [
      '--signature',
      diffFile(mitigate, [[eq('tcp.flags', 2), eq('port.dst', 22), eq('ip.ttl', TTL_ON_ARRIVAL)]]),
    ],
    isFelt: (lab) => loginsCut(lab, 1),
  },
  {
    name: 'a rate for the prefix as a whole',
    args: () => ['--rate-limit', ...ATTACKER.map((prefix) => `${prefix}=5`)],
    isFelt: (lab) => packetsCut(lab, BURST),
  },
  {
    name: 'a rate for each source',
    args: () => ['--rate-limit-each', '5'],
    isFelt: (lab) => packetsCut(lab, BURST),
  },
  {
    name: 'a rate for the target',
    args: () => ['--rate-limit-target', ...TARGETS.map((target) => `${target}=5`)],
    isFelt: (lab) => packetsCut(lab, BURST),
  },
  {
    name: 'one connection to port 22',
    args: () => ['--connection-limit', '22=1'],
    isFelt: (lab) => loginsCut(lab, 2),
  },
];
