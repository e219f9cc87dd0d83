import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecordingSink } from '../../test/support/recording-sink.js';
import { describeWith } from '../../test/support/system.js';
import { TcpdumpCollector } from './tcpdump-collector.js';

test('without tcpdump the error says how to get it', async () => {
  const collector = new TcpdumpCollector({ device: 'lo', program: '/nonexistent/tcpdump' });
  const running = collector.run(new RecordingSink(), new AbortController().signal);
  await expect(running).rejects.toMatchObject({
    code: 'TCPDUMP_MISSING',
    hint: expect.stringContaining('apt-get install tcpdump'),
  });
});

describeWith(['root', 'tcpdump', 'ip'], 'tcpdump in a network namespace', () => {
  const namespace = `ddostop-td-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), 'ddostop-tcpdump-'));
  const program = join(folder, 'tcpdump');

  beforeAll(() => {
    execFileSync('ip', ['netns', 'add', namespace]);
    execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
    writeFileSync(program, `#!/bin/sh\nexec ip netns exec ${namespace} tcpdump "$@"\n`);
    chmodSync(program, 0o755);
  });
  afterAll(() => {
    execFileSync('ip', ['netns', 'del', namespace]);
    rmSync(folder, { recursive: true });
  });

  test('frames arrive at once, drops are reported every second, abort ends the child', async () => {
    const sink = new RecordingSink();
    const stop = new AbortController();
    let reports = 0;
    sink.dropped = (frames) => {
      expect(frames).toBe(0);
      reports += 1;
      if (reports >= 2 && sink.frames.length >= 4) stop.abort();
    };
    let sender: ReturnType<typeof spawn> | undefined;
    sink.health = (state) => {
      sink.states.push(state);
      if (state === 'live') {
        const send =
          "const s = require('dgram').createSocket('udp4'); setInterval(() => s.send('x', 9999, '127.0.0.1'), 100)";
        sender = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', send], { stdio: 'ignore' });
      }
    };
    const collector = new TcpdumpCollector({ device: 'lo', filter: 'udp and not tcp', program });
    const end = await collector.run(sink, stop.signal);
    sender?.kill();
    expect(end).toEqual({ kind: 'stopped' });
    expect(sink.states).toEqual(['connecting', 'live', 'ended']);
    expect(new Set(sink.frames.map(({ hex, linkType }) => `${linkType} ${hex.slice(24, 30)}`))).toEqual(
      new Set(['1 080045']),
    );
  });

  test.each([
    [{ device: 'nope0' }, 'INTERFACE_UNKNOWN'],
    [{ device: 'lo', filter: 'tcp port (' }, 'FILTER_SYNTAX'],
    [{ device: 'lo', filter: '-w /dev/null' }, 'FILTER_SYNTAX'],
  ])('%o is refused as %s', async (options, code) => {
    const collector = new TcpdumpCollector({ ...options, program });
    await expect(collector.run(new RecordingSink(), new AbortController().signal)).rejects.toMatchObject({ code });
  });
});
