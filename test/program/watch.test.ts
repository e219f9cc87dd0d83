/** `ddostop watch` as it runs: lines of JSON, figures over HTTP, syslog over UDP and TCP, hooks, a configuration that changes, an end by a signal. */
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runProgram, TestFolder } from '../support/program.js';
import { smallCapture } from '../support/sample-capture.js';
import { linesOf, startWatch } from '../support/watch-lines.js';

const folder = new TestFolder();
const running: ChildProcess[] = [];
const state = join(folder.path, 'state');
const env = { XDG_STATE_HOME: state, XDG_CONFIG_HOME: join(folder.path, 'none') };

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const start = (args: readonly string[]) => {
  const watch = startWatch(args, env);
  running.push(watch.child);
  return watch;
};

describe('a source that ends', () => {
  test('every attack of the scenario is opened; what is kept is listed afterwards; each hook hears it once', async () => {
    const heard = join(folder.path, 'heard');
    const config = folder.write(
      'hooks.yaml',
      Buffer.from(
        `hooks:\n  - { name: own, kind: command, argv: [/usr/bin/tee, -a, ${heard}], rate: { every: 1s } }\n`,
      ),
    );
    const store = join(folder.path, 'store');
    const { code, stdout, stderr } = await runProgram(['watch', '--demo', '--store', store, '--config', config], {
      env,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = linesOf(stdout);
    const opened = lines.filter(({ event }) => event === 'incident.opened');
    expect(opened.map(({ incident }) => incident?.vectors[0]?.id)).toEqual(['tcp-syn', 'refl-dns', 'app-http-get']);
    expect(lines.at(-1)?.event).toMatch(/^(source\.ended|hook\..+)$/);
    expect(new Set(lines.map(({ schema }) => schema))).toEqual(new Set(['ddostop.watch/1']));
    const list = await runProgram(['incidents', 'list', '--store', store, '--format', 'json'], { env });
    const kept = JSON.stringify(JSON.parse(list.stdout));
    for (const { incident } of opened) expect(kept).toContain(incident?.id);
    const told = linesOf(readFileSync(heard, 'utf8').replaceAll('}{', '}\n{'));
    expect(told.filter(({ event }) => event === 'opened')).toHaveLength(3);
  });

  test('a damaged capture ends with 3, one that is none with 1', async () => {
    const whole = smallCapture();
    const cut = folder.write('cut.pcap', whole.subarray(0, whole.length - 7));
    const damaged = await runProgram(['watch', '-r', cut], { env });
    expect(damaged.code).toBe(3);
    expect(linesOf(damaged.stdout).at(-1)?.event).toBe('source.ended');
    const none = await runProgram(
      ['watch', '-r', folder.write('none.pcap', Buffer.from('no capture at all, only words'))],
      { env },
    );
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/^[A-Z_]+: .+\. .+\n$/);
  });
});

describe('a source that goes on', () => {
  test('figures, syslog both ways, a configuration that changes and one that is wrong, and an end by SIGTERM', async () => {
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const datagram = once(udp, 'message') as Promise<[Buffer]>;
    const config = folder.write('live.yaml', Buffer.from('thresholds: { pps: 20k }\n'));
    const syslog = `udp://127.0.0.1:${udp.address().port}`;
    const watch = start([
      '--demo',
      '--speed',
      '20',
      '--loop',
      '--metrics',
      '127.0.0.1:0',
      '--syslog',
      syslog,
      '--config',
      config,
    ]);
    await watch.until(({ event }) => event === 'incident.opened');
    const [message] = await datagram;
    expect(message.toString()).toMatch(
      /^<13[0-3]>1 \S+Z \S+ ddostop \d+ incident\.opened \[ddostop@32473 id="i?\S+-1" target="203\.0\.113\.10" /,
    );
    writeFileSync(config, 'thresholds: { pps: 30k }\n');
    await watch.until(({ event }) => event === 'config.changed');
    writeFileSync(config, 'thresholds: { ppps: 30k }\n');
    const wrong = await watch.until(({ event }) => event === 'config.failed');
    expect(wrong.text).toContain('live.yaml:1:15: thresholds.ppps: no such word here');
    watch.child.kill('SIGTERM');
    const [code] = (await once(watch.child, 'exit')) as [number];
    expect(code).toBe(0);
    udp.close();
  });

  test('syslog over TCP has the length of each line, and a port that is taken is an error', async () => {
    const received = new Promise<string>((resolve) => {
      const server = createServer((socket: Socket) => {
        socket.once('data', (data) => resolve(data.toString()));
        socket.on('error', () => {});
      });
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        start(['--demo', '--syslog', `tcp://127.0.0.1:${port}`]);
      });
    });
    const text = await received;
    const [, length, line] = /^(\d+) ([\s\S]+)$/.exec(text) as unknown as [string, string, string];
    expect(Buffer.byteLength(line.slice(0, Number(length)))).toBe(Number(length));
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const taken = await runProgram(['watch', '--demo', '--metrics', `127.0.0.1:${port}`], { env });
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toContain('METRICS_LISTEN: cannot listen on 127.0.0.1');
    server.close();
  });
});

describe('what cannot be', () => {
  test.each([
    [['watch'], 2, 'USAGE: watch needs a source'],
    [['watch', '--demo', '--metrics', 'nowhere'], 2, 'USAGE: --metrics: expected an address'],
    [['watch', '--demo', '--syslog', 'http://x'], 2, 'USAGE: --syslog: expected udp://'],
    [['watch', '--demo', '--config', '/nonexistent.yaml'], 1, 'CONFIG_READ: cannot read /nonexistent.yaml'],
  ])('%j', async (args, code, text) => {
    const result = await runProgram(args, { env });
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(text);
  });
});
