import { describe, expect, test } from 'vitest';
import { UserError } from '../../errors.js';
import { formatPrefix } from '../../format/address.js';
import type { RunCommand } from '../../platform/run-command.js';
import { findProtected, type GuardSources } from './protected-addresses.js';

const FIXED = 6;
const found = async (sources: GuardSources) =>
  (await findProtected(sources))
    .slice(0, -FIXED)
    .map(({ prefix, why, ports }) => `${formatPrefix(prefix)} ${ports.join('+')} ${why}`);

function machine(files: Record<string, string>, run: RunCommand, sessions: readonly string[] = []): GuardSources {
  return {
    run,
    readText: async (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`ENOENT ${path}`);
      return text;
    },
    ownAddresses: async () => ['127.0.0.1', '::1', '192.0.2.10', 'fe80::1%eth0', '2001:db8:f::10'],
    sshConnections: async () => sessions,
  };
}

const ssMissing: RunCommand = async () => {
  throw new UserError('COMMAND_MISSING', 'x', 'y');
};

describe('protected addresses', () => {
  test('sessions of ancestors (sudo, tmux), sessions ss sees, own, gateway, resolver', async () => {
    const files = {
      '/etc/resolv.conf': 'nameserver 192.0.2.53\nnameserver 192.0.2.10\n',
      '/proc/net/route': 'Iface\neth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0',
    };
    const ss: RunCommand = async () => ({
      code: 0,
      signal: null,
      stderr: '',
      stdout:
        '0 0 192.0.2.10:2222 203.0.113.10:6 users:(("sshd",pid=1,fd=4))\n0 0 192.0.2.10:22 203.0.113.11:7 users:(("sshd",pid=1,fd=4))\n',
    });
    expect(await found(machine(files, ss, ['203.0.113.10 5 192.0.2.10 22']))).toEqual([
      '203.0.113.10 22+2222 your ssh session',
      '203.0.113.11 22 an ssh session to this host',
      '192.0.2.10  an address of this host',
      '2001:db8:f::10  an address of this host',
      '192.0.2.1  the default gateway',
      '192.0.2.53  a resolver in /etc/resolv.conf',
    ]);
  });

  test('without ss /proc/net/tcp is read', async () => {
    const files = { '/proc/net/tcp': 'sl\n0: 0A0200C0:0016 0A7100CB:C544 01 0\n' };
    expect(await found(machine(files, ssMissing))).toContain('203.0.113.10 22 an ssh session to this host');
  });

  test('a crowd that holds connections to sshd open does not grow the list without end', async () => {
    const lines = Array.from(
      { length: 5000 },
      (_, i) => `0 0 192.0.2.10:22 10.${i >> 8}.${i & 255}.1:9 users:(("sshd",pid=1,fd=4))`,
    );
    const ss: RunCommand = async () => ({ code: 0, signal: null, stderr: '', stdout: lines.join('\n') });
    expect((await found(machine({}, ss))).filter((line) => line.includes('ssh session'))).toHaveLength(64);
  });

  test('a parent chain that loops ends', async () => {
    expect(await found(machine({ '/proc/30/stat': '30 (x) S 30 0' }, ssMissing))).toHaveLength(2);
  });
});
